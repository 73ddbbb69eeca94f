package tsm2

import (
	"fmt"
	"slices"

	"mambamixer/mixer/structure"
)

// Structure says what Forecast builds on windows of that history and number of variates, with the paths of its variables
// below the scope "tsm2".
func (c Config) Structure(history, horizon, variates int) (structure.Part, error) {
	if err := c.Validate(history, horizon, variates); err != nil {
		return structure.Part{}, err
	}
	batch, m := structure.Axis{Name: "B"}, structure.Axis{Name: "M", Size: variates}
	p, d := structure.Axis{Name: "P", Size: c.Patches(history)}, structure.Axis{Name: "D", Size: c.DModel}
	h, length := structure.Axis{Name: "H", Size: horizon}, structure.Axis{Name: "p", Size: c.PatchLength}
	window := structure.Shape{batch, {Name: "L", Size: history}, m}
	forecast := structure.Shape{batch, h, m}
	patches, embedded := structure.Shape{batch, m, p, length}, structure.Shape{batch, m, p, d}
	flat := structure.Shape{batch, m, {Name: "PD", Size: p.Size * d.Size}}

	parts := []structure.Part{{Kind: structure.Tensor, Name: "History", Output: window}}
	shuffle := func(name string, x structure.Shape) {
		if c.ShuffleVariates != 0 {
			parts = append(parts, structure.Part{Kind: structure.Move, Name: name, Note: fmt.Sprintf("seed %d", c.ShuffleVariates), Output: x})
		}
	}
	shuffle("Shuffle variates", window)
	parts = append(parts, c.InstanceNorm.structure("Instance norm", "taken out", window)...)
	parts = append(parts,
		structure.Part{Kind: structure.Move, Name: "Patches", Note: fmt.Sprintf("%d steps, every %d", c.PatchLength, c.PatchStride), Output: patches},
		c.embedding(patches, d))
	parts = append(parts, structure.Dropping("Dropout", fmt.Sprint(c.Dropout), embedded)...)
	parts = append(parts, c.stack(embedded))
	if c.FinalNorm {
		parts = append(parts, c.Norm.Structure("final_norm", embedded, layout.Token)...)
	}
	parts = append(parts, structure.Part{Kind: structure.Move, Name: "Flatten", Output: flat})
	parts = append(parts, structure.Dropping("Dropout", fmt.Sprint(c.HeadDropout), flat)...)
	parts = append(parts, c.headPart(flat, h),
		structure.Part{Kind: structure.Move, Name: "Transpose", Output: forecast})
	parts = append(parts, c.InstanceNorm.structure("Instance norm", "put back", forecast)...)
	shuffle("Order of the data", forecast)
	parts = append(parts, structure.Part{Kind: structure.Tensor, Name: "Forecast", Output: forecast})
	return structure.Part{Kind: structure.Series, Name: "TSM2", Output: forecast, Parts: parts}, nil
}

// stack is the mixers' part, under the names that mixers have here; Layers = 0 leaves an empty stack.
func (c Config) stack(x structure.Shape) structure.Part {
	stack := c.block().Structure(layout, x)
	stack.Parts = slices.Clone(stack.Parts)
	for i, part := range stack.Parts {
		switch part.Kind {
		case structure.Token:
			stack.Parts[i].Name = "time mixer"
		case structure.Channel:
			stack.Parts[i].Name = "variate mixer"
		}
	}
	return stack
}

func (c Config) embedding(x structure.Shape, width structure.Axis) structure.Part {
	part := structure.LinearMap("embedding", x, width, c.Embedding == EmbeddingLinear)
	part.Name = "Embedding"
	if c.Embedding == EmbeddingOrthogonal {
		part.Note += ", " + string(c.Embedding)
	}
	return part
}

func (c Config) headPart(x structure.Shape, horizon structure.Axis) structure.Part {
	part := structure.LinearMap("head", x, horizon, c.HeadBias)
	part.Name = "Head"
	return part
}

func (n InstanceNorm) structure(name, what string, x structure.Shape) []structure.Part {
	if n == NoNorm {
		return nil
	}
	level := "mean"
	if n == LastValue {
		level = "last value"
	}
	return []structure.Part{{Kind: structure.Norm, Name: name, Note: level + " and scale " + what, Output: x}}
}
