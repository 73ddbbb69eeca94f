package tsm2

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/ssm"
)

// Known is what is known besides the history, the paper's auxiliary information (section 5.1); nil where there is none.
type Known struct {
	Static *Node // S [B, M, C_S]: what each variate is
	Future *Node // Z [B, M, T_Z, C_Z]: what is known of time steps beforehand, such as calendar and prices
}

// FutureMixing says along what the channel mixer of Z [B, M, T_Z, C_Z] goes, which equation (22) leaves open.
type FutureMixing string

const (
	FutureFeatures FutureMixing = "features" // along the features, each with its course over time as its vector
	FutureVariates FutureMixing = "variates" // along the variates at each time, with their features as vectors, as the model's own mixers
)

// FutureMixings lists them.
func FutureMixings() []FutureMixing { return []FutureMixing{FutureFeatures, FutureVariates} }

// axes are those of Z that its mixer works on.
func (f FutureMixing) axes() mixer.Axes {
	if f == FutureVariates {
		return mixer.Axes{Sequence: 1, Feature: 3}
	}
	return mixer.Axes{Sequence: 3, Feature: 2}
}

// check reports what doesn't fit x [B, L, M].
func (k Known) check(batch, variates int) error {
	for _, part := range []struct {
		name string
		node *Node
		rank int
		want string
	}{{"static", k.Static, 3, "[B, M, C_S]"}, {"future", k.Future, 4, "[B, M, T_Z, C_Z]"}} {
		if part.node == nil {
			continue
		}
		dims := part.node.Shape().Dimensions
		if len(dims) != part.rank || dims[0] != batch || dims[1] != variates {
			return fmt.Errorf("tsm2: the %s information has the shape %v: it must be %s with B = %d and M = %d", part.name, dims, part.want, batch, variates)
		}
	}
	return nil
}

// informed appends to x [B, M, L] along time what is known, each part as L steps, so that patches and mixers treat it as they
// treat the history:
//
//	S_proj = Linear(S)                          [B, M, L]    (21)
//	Z_proj = Linear(SelectiveChannelMixer(Z))   [B, M, L]    (22), of all T_Z·C_Z features
//	x      = x ‖ Z_proj ‖ S_proj                [B, M, up to 3L]   (23)
//
// Equation (22) names a selective mixer; here it is of the kind and directions that Config's channel mixers are, and is
// left out where Config has none. FutureMixing says along what it goes.
//
// Variables: static/{weights [C_S, L], bias [L]}; future/mixer/..., see mixer.Mixer, and future/{weights [T_Z·C_Z, L], bias [L]}.
func (c Config) informed(scope *model.Scope, x *Node, k Known) *Node {
	parts := []*Node{x}
	batch, variates, history := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	if k.Future != nil {
		z, scope := k.Future, scope.In("future")
		if c.Layers > 0 && c.ChannelMixer != mixer.None {
			z = c.block().Channel.Apply(scope.In("mixer"), z, c.FutureMixing.axes())
		}
		z = Reshape(z, batch, variates, z.Shape().Dim(2)*z.Shape().Dim(3))
		parts = append(parts, ssm.Linear(scope, z, true, history))
	}
	if k.Static != nil {
		parts = append(parts, ssm.Linear(scope.In("static"), k.Static, true, history))
	}
	if len(parts) == 1 {
		return x
	}
	return Concatenate(parts, 2)
}
