package tsm2

import (
	"fmt"
	"slices"

	"mambamixer/mixer"
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
	flat := structure.Axis{Name: "PD", Size: p.Size * d.Size}

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
		c.embedding(length, d, embedded))
	parts = append(parts, mixer.DropoutStructure(c.Dropout, embedded)...)
	parts = append(parts, c.stack(embedded))
	if c.FinalNorm {
		parts = append(parts, c.Norm.Structure("final_norm", embedded, layout.Token)...)
	}
	parts = append(parts, structure.Part{Kind: structure.Move, Name: "Flatten", Output: structure.Shape{batch, m, flat}})
	parts = append(parts, mixer.DropoutStructure(c.HeadDropout, structure.Shape{batch, m, flat})...)
	parts = append(parts, c.headPart(flat, h, structure.Shape{batch, m, h}),
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

func (c Config) embedding(from, to structure.Axis, x structure.Shape) structure.Part {
	part := structure.Part{Kind: structure.Linear, Name: "Embedding", Note: fmt.Sprintf("%v → %v, %s", from, to, c.Embedding), Output: x,
		Params: []structure.Param{{Path: "embedding/weights", Dims: []structure.Axis{from, to}}}}
	if c.Embedding == EmbeddingLinear {
		part.Note = fmt.Sprintf("%v → %v", from, to)
		part.Params = append(part.Params, structure.Param{Path: "embedding/bias", Dims: []structure.Axis{to}})
	}
	return part
}

func (c Config) headPart(from, to structure.Axis, x structure.Shape) structure.Part {
	part := structure.Part{Kind: structure.Linear, Name: "Head", Note: fmt.Sprintf("%v → %v", from, to), Output: x,
		Params: []structure.Param{{Path: "head/weights", Dims: []structure.Axis{from, to}}}}
	if c.HeadBias {
		part.Params = append(part.Params, structure.Param{Path: "head/bias", Dims: []structure.Axis{to}})
	}
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
