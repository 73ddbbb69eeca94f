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
	moved := x.Permute(order) // [.., S, F]
	last := moved[len(moved)-1]
	inner := moved.With(len(moved)-1, last.Times(m.Expand)) // [.., S, E]
	switch m.Kind {
	case Selective:
		part.Note = "selective, " + Directions(m.SSM, m.Bidirectional)
		part.Parts = gatedStructure(scope, moved, inner, DirectionalStructure(scope, m.SSM, inner, last, m.Bidirectional))
	case Gated:
		part.Parts = gatedStructure(scope, moved, inner, activationOf("SiLU", inner))
	case MLP:
		part.Parts = []structure.Part{structure.LinearMap(scope+"/hidden", moved, last.Times(m.Expand), true), activationOf("GELU", inner),
			structure.LinearMap(scope+"/out", inner, last, true)}
	case Linear:
		part.Parts = []structure.Part{structure.LinearMap(scope+"/linear", moved, last, true)}
	}
	if !slices.IsSorted(order) && len(part.Parts) > 0 {
		part.Parts = slices.Concat([]structure.Part{transposeTo(moved)}, part.Parts, []structure.Part{transposeTo(x)})
	}
	return part
}

// Directions says in a few words how a mixer scans.
func Directions(cfg ssm.Config, bidirectional bool) string {
	switch {
	case !bidirectional:
		return "one way"
	case cfg.MeanDirections:
		return "mean of both ways"
	}
	return "both ways"
}

// gatedStructure puts the way of the values beside that of the gate, between the projections.
func gatedStructure(scope string, x, inner structure.Shape, values structure.Part) []structure.Part {
	features := x[len(x)-1]
	return []structure.Part{structure.Split(scope+"/in_proj", x, inner[len(inner)-1]), structure.Gated(inner, values),
		structure.LinearMap(scope+"/out_proj", inner, features, false)}
}

// DirectionalStructure says what ssm.Directional builds on x [.., S, E], with a selector of so many features if the
// configuration asks for raw selection.
func DirectionalStructure(scope string, cfg ssm.Config, x structure.Shape, raw structure.Axis, bidirectional bool) structure.Part {
	inner := x[len(x)-1]
	selector := inner
	if cfg.RawSelection {
		selector = raw
	}
	branch := func(scope string) []structure.Part {
		conv := structure.Part{Kind: structure.Conv, Name: "Conv", Note: fmt.Sprintf("%d taps", cfg.ConvWidth), Output: x, Params: []structure.Param{
			{Path: scope + "/conv/kernel", Dims: []structure.Axis{structure.Sized(cfg.ConvWidth), inner}},
			{Path: scope + "/conv/bias", Dims: []structure.Axis{inner}}}}
		return []structure.Part{conv, activationOf("SiLU", x), S6Structure(scope+"/s6", cfg, x, selector)}
	}
	forward := structure.Part{Kind: structure.Series, Name: "forward", Output: x, Parts: branch(scope + "/forward")}
	if !bidirectional {
		return forward
	}
	flip := structure.Part{Kind: structure.Move, Name: "Flip", Note: "along " + x[len(x)-2].Name, Output: x}
	backward := structure.Part{Kind: structure.Series, Name: "backward", Output: x,
		Parts: slices.Concat([]structure.Part{flip}, branch(scope+"/backward"), []structure.Part{flip})}
	return structure.Part{Kind: structure.Sum, Output: x, Parts: []structure.Part{forward, backward}}
}

// S6Structure says what ssm.S6 builds on x [.., S, E], with a selector of so many features.
func S6Structure(scope string, cfg ssm.Config, x structure.Shape, selector structure.Axis) structure.Part {
	inner, n := x[len(x)-1], structure.Sized(cfg.StateSize)
	var rank, projected structure.Axis // not known without a size
	if inner.Size > 0 {
		rank = structure.Sized(cfg.Rank(inner.Size))
		projected = structure.Sized(rank.Size + 2*cfg.StateSize)
	}
	return structure.Part{Kind: structure.Scan, Name: "S6", Note: fmt.Sprintf("N = %d", cfg.StateSize), Output: x, Params: []structure.Param{
		{Path: scope + "/selection/weights", Dims: []structure.Axis{selector, projected}},
		{Path: scope + "/dt/weights", Dims: []structure.Axis{rank, inner}},
		{Path: scope + "/dt/bias", Dims: []structure.Axis{inner}},
		{Path: scope + "/A_log", Dims: []structure.Axis{inner, n}},
		{Path: scope + "/D", Dims: []structure.Axis{inner}}}}
}

func activationOf(name string, x structure.Shape) structure.Part {
	return structure.Part{Kind: structure.Activation, Name: name, Output: x}
}

func transposeTo(x structure.Shape) structure.Part {
	return structure.Part{Kind: structure.Move, Name: "Transpose", Note: x.Letters(), Output: x}
}
