package mixer

import (
	"fmt"
	"slices"

	"mambamixer/mixer/structure"
)

// Structure says what Block builds on an input of shape x, with the paths of its variables below Block's scope.
func (c Config) Structure(layout Layout, x structure.Shape) structure.Part {
	stack := structure.Part{Kind: structure.Stack, Name: fmt.Sprintf("%d layers", c.Layers), Output: x}
	if c.Layers == 1 {
		stack.Name = "1 layer"
	}
	if c.Layers == 0 {
		return stack
	}
	sums := newSums(c)
	add := func(layer int, kind structure.Kind, m Mixer, axes Axes) {
		if m.Kind == None {
			return
		}
		name := fmt.Sprintf("layer%d", layer)
		part := m.Structure(name+"/"+string(kind), axes, x)
		part.Kind, part.Name, part.Group = kind, string(kind)+" mixer", fmt.Sprintf("layer %d", layer+1)
		part.Residual = c.Averaging == AveragingPlain || c.Averaging == AveragingDenseFormer
		part.Parts = slices.Concat(c.Norm.Structure(name+"/"+string(kind)+"/norm", x, layout.Token), part.Parts, DropoutStructure(c.Dropout, x))
		sums.into(&part, "averaging/"+name)
		stack.Parts = append(stack.Parts, part)
		sums.record(kind, len(stack.Parts))
	}
	for layer := range c.Layers {
		add(layer, structure.Token, c.Token, layout.Token)
		add(layer, structure.Channel, c.Channel, layout.Channel)
	}
	if c.Averaging != AveragingPlain {
		output := structure.Part{Kind: structure.Average, Name: "weighted average", Output: x}
		sums.into(&output, "averaging/output")
		stack.Parts = append(stack.Parts, output)
	}
	return stack
}

// sums keeps which outputs each average adds up: see Average, which does it with tensors.
type sums struct {
	config           Config
	tokens, channels []int // numbers of the mixers in the stack; 0 is its input
}

func newSums(c Config) *sums { return &sums{c, []int{0}, []int{0}} }

// record adds the output of the mixer with that number.
func (s *sums) record(kind structure.Kind, number int) {
	if kind == structure.Token {
		s.tokens = append(s.tokens, number)
	} else {
		s.channels = append(s.channels, number)
	}
}

// into says what is added up for a part: equation (20) for a channel mixer, (19) for all else.
func (s *sums) into(part *structure.Part, scope string) {
	if s.config.Averaging == AveragingPlain {
		return
	}
	token, channel := Alpha, Beta
	if part.Kind == structure.Channel {
		token, channel = Theta, Gamma
	}
	for _, sum := range []struct {
		weight  Weight
		sources []int
	}{{token, s.tokens}, {channel, s.channels}} {
		if sum.weight == s.config.Without {
			continue
		}
		for _, source := range sum.sources {
			part.Input = append(part.Input, structure.Term{Source: source, Weight: string(sum.weight)})
		}
		part.Params = append(part.Params, structure.Param{Path: scope + "/" + string(sum.weight), Dims: sizes(len(sum.sources))})
	}
}

// Structure is the norm as part of a figure; there is none with NormNone.
func (n Norm) Structure(scope string, x structure.Shape, axes Axes) []structure.Part {
	if n == NormNone {
		return nil
	}
	features := []structure.Axis{x[axes.Feature]}
	note := x[axes.Feature].Name
	if n == Norm2D {
		note = x[axes.Sequence].Name + ", " + note
	}
	return []structure.Part{{Kind: structure.Norm, Name: "Norm", Note: "over " + note, Output: x, Params: []structure.Param{
		{Path: scope + "/scale", Dims: features}, {Path: scope + "/bias", Dims: features}}}}
}

// DropoutStructure is dropout as part of a figure; there is none at rate 0.
func DropoutStructure(rate float64, x structure.Shape) []structure.Part {
	if rate == 0 {
		return nil
	}
	return []structure.Part{{Kind: structure.Dropout, Name: "Dropout", Note: fmt.Sprint(rate), Output: x}}
}

func sizes(dims ...int) []structure.Axis {
	list := make([]structure.Axis, len(dims))
	for i, n := range dims {
		list[i] = structure.Sized(n)
	}
	return list
}
