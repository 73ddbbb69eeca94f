package mixer

import (
	"fmt"
	"slices"

	"mambamixer/mixer/structure"
)

// Structure says what Block builds on an input of shape x, with the paths of its variables below Block's scope.
func (c Config) Structure(layout Layout, x structure.Shape) structure.Part {
	stack := NewStackStructure(c.Averaging, "", x).Without(c.Without)
	add := func(layer int, kind structure.Kind, m Mixer, axes Axes) {
		if m.Kind == None {
			return
		}
		name := fmt.Sprintf("layer%d", layer)
		scope := name + "/" + string(kind)
		part := m.Structure(scope, axes, x)
		part.Kind, part.Name, part.Group = kind, string(kind)+" mixer", fmt.Sprintf("layer %d", layer+1)
		part.Parts = slices.Concat(c.Norm.Structure(scope+"/norm", x, layout.Token), part.Parts, structure.Dropping("Dropout", fmt.Sprint(c.Dropout), x))
		stack.Add(name, part)
	}
	for layer := range c.Layers {
		add(layer, structure.Token, c.Token, layout.Token)
		add(layer, structure.Channel, c.Channel, layout.Channel)
	}
	whole := structure.Part{Kind: structure.Stack, Output: x}
	if c.Layers > 0 {
		whole = stack.Close()
	}
	whole.Name, whole.Note = "Layers", fmt.Sprintf("%d of mixers", c.Layers)
	return whole
}

// Structure is the norm as part of a model; there is none with NormNone.
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
