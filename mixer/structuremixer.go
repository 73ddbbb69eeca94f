package mixer

import (
	"fmt"
	"slices"

	"mambamixer/mixer/structure"
	"mambamixer/ssm"
)

// Structure says what Apply builds on an input of shape x, with variables below scope.
func (m Mixer) Structure(scope string, axes Axes, x structure.Shape) structure.Part {
	part := structure.Part{Kind: structure.Series, Name: "mixer", Note: string(m.Kind), Output: x}
	along := axes
	if m.Kind == MLP || m.Kind == Linear {
		along = axes.Swap()
	}
	order := along.order(len(x))
	moved := x.Permute(order)
	sequence, last := moved[len(moved)-2], moved[len(moved)-1]
	b := builder{scope: scope, x: moved, last: last}
	switch m.Kind {
	case Selective:
		part.Note = "selective, " + m.directions()
		inner := last.Times(m.Expand)
		ways := []structure.Part{b.direction("forward", m.SSM, inner, sequence)}
		if m.Bidirectional {
			ways = append(ways, b.direction("backward", m.SSM, inner, sequence))
		}
		part.Parts = b.gated(inner, m.join(ways))
	case Gated:
		inner := last.Times(m.Expand)
		part.Parts = b.gated(inner, b.activation("SiLU", inner))
	case MLP:
		hidden := last.Times(m.Expand)
		part.Parts = []structure.Part{b.linear("hidden", last, hidden, true), b.activation("GELU", hidden), b.linear("out", hidden, last, true)}
	case Linear:
		part.Parts = []structure.Part{b.linear("linear", last, last, true)}
	}
	if !slices.IsSorted(order) && len(part.Parts) > 0 {
		part.Parts = slices.Concat([]structure.Part{transpose(moved)}, part.Parts, []structure.Part{transpose(x)})
	}
	return part
}

func (m Mixer) directions() string {
	if m.Bidirectional {
		return "both ways"
	}
	return "one way"
}

// join adds the directions up.
func (m Mixer) join(ways []structure.Part) structure.Part {
	if len(ways) == 1 {
		return ways[0]
	}
	sum := structure.Part{Kind: structure.Sum, Output: ways[0].Output, Parts: ways}
	if m.SSM.MeanDirections {
		sum.Note = "mean"
	}
	return sum
}

// builder makes the parts of a mixer on sequences x [.., S, F], F = last.
type builder struct {
	scope string
	x     structure.Shape
	last  structure.Axis
}

// wide is x with another last axis.
func (b builder) wide(features structure.Axis) structure.Shape { return b.x.With(len(b.x)-1, features) }

// linear is ssm.Linear below a scope of that name.
func (b builder) linear(name string, from, to structure.Axis, biased bool) structure.Part {
	part := structure.Part{Kind: structure.Linear, Name: "Linear", Note: from.String() + " → " + to.String(), Output: b.wide(to),
		Params: []structure.Param{{Path: b.scope + "/" + name + "/weights", Dims: []structure.Axis{from, to}}}}
	if biased {
		part.Params = append(part.Params, structure.Param{Path: b.scope + "/" + name + "/bias", Dims: []structure.Axis{to}})
	}
	return part
}

func (b builder) activation(name string, features structure.Axis) structure.Part {
	return structure.Part{Kind: structure.Activation, Name: name, Output: b.wide(features)}
}

// gated puts the way of the values beside that of the gate, between the projections.
func (b builder) gated(inner structure.Axis, values structure.Part) []structure.Part {
	in, out := b.linear("in_proj", b.last, inner.Times(2), false), b.linear("out_proj", inner, b.last, false)
	in.Note = b.last.String() + " → 2 × " + inner.String()
	gate := b.activation("SiLU", inner)
	gate.Note = "gate"
	return []structure.Part{in, {Kind: structure.Product, Output: b.wide(inner), Parts: []structure.Part{values, gate}}, out}
}

// direction is one branch of ssm.Directional.
func (b builder) direction(name string, cfg ssm.Config, inner, sequence structure.Axis) structure.Part {
	scope, shape := b.scope+"/"+name, b.wide(inner)
	selector := inner
	if cfg.RawSelection {
		selector = b.last
	}
	rank := structure.Sized(cfg.DtRank)
	if inner.Size > 0 {
		rank = structure.Sized(cfg.Rank(inner.Size))
	}
	n, projected := structure.Sized(cfg.StateSize), structure.Axis{}
	if rank.Size > 0 {
		projected = structure.Sized(rank.Size + 2*cfg.StateSize)
	}
	conv := structure.Part{Kind: structure.Conv, Name: "Conv", Note: fmt.Sprintf("%d taps", cfg.ConvWidth), Output: shape, Params: []structure.Param{
		{Path: scope + "/conv/kernel", Dims: []structure.Axis{structure.Sized(cfg.ConvWidth), inner}},
		{Path: scope + "/conv/bias", Dims: []structure.Axis{inner}}}}
	scan := structure.Part{Kind: structure.Scan, Name: "S6", Note: fmt.Sprintf("N = %d", cfg.StateSize), Output: shape, Params: []structure.Param{
		{Path: scope + "/s6/selection/weights", Dims: []structure.Axis{selector, projected}},
		{Path: scope + "/s6/dt/weights", Dims: []structure.Axis{rank, inner}},
		{Path: scope + "/s6/dt/bias", Dims: []structure.Axis{inner}},
		{Path: scope + "/s6/A_log", Dims: []structure.Axis{inner, n}},
		{Path: scope + "/s6/D", Dims: []structure.Axis{inner}}}}
	parts := []structure.Part{conv, b.activation("SiLU", inner), scan}
	if name == "backward" {
		flip := structure.Part{Kind: structure.Move, Name: "Flip", Note: "along " + sequence.Name, Output: shape}
		parts = slices.Concat([]structure.Part{flip}, parts, []structure.Part{flip})
	}
	return structure.Part{Kind: structure.Series, Name: name, Output: shape, Parts: parts}
}

func transpose(to structure.Shape) structure.Part {
	return structure.Part{Kind: structure.Move, Name: "Transpose", Note: to.Letters(), Output: to}
}
