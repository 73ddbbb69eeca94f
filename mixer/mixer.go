package mixer

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/internal/nearest"
	"mambamixer/ssm"
)

// Kind says how a mixer exchanges information along its sequence axis.
type Kind string

const (
	// Selective is the paper's mixer: projection, causal conv, S6, gate, projection.
	Selective Kind = "selective"
	// Gated is Selective with the conv and the S6 taken out: a gated MLP over the features of each
	// position. Nothing moves along the sequence axis any more; a token and a channel mixer of this
	// kind together are MLP-Mixer, each on the other's axis (a special case named in section 3.3).
	Gated Kind = "gated"
	// MLP is MLP-Mixer's own module: a two-layer perceptron along the sequence axis, the same for
	// every feature. It fixes the sequence length.
	MLP Kind = "mlp"
	// Linear is one linear map along the sequence axis, the same for every feature: the token mixer of the paper's
	// "Mamba + Linear Time". It fixes the sequence length.
	Linear Kind = "linear"
	// None leaves the mixer out.
	None Kind = "none"
)

// Kinds lists the valid kinds.
func Kinds() []Kind { return []Kind{Selective, Gated, MLP, Linear, None} }

// Mixer configures one mixer. Which axis of a tensor it mixes is given where it is applied.
type Mixer struct {
	Kind          Kind       `json:"kind"`
	Bidirectional bool       `json:"bidirectional"` // Selective: scan both ways and sum
	Expand        int        `json:"expand"`        // inner width: Expand times the width of the projected axis
	SSM           ssm.Config `json:"ssm"`           // Selective: conv width, state size, ...
}

// Validate reports the first field that has no meaning; field is the mixer's own name in the message.
func (m Mixer) Validate(field string) error {
	if err := nearest.Check(field+" kind", m.Kind, Kinds()...); err != nil {
		return err
	}
	if m.Kind != None && m.Kind != Linear && m.Expand < 1 {
		return fmt.Errorf("%s expand is %d: the inner width must be at least 1 times the input's", field, m.Expand)
	}
	if m.Kind != Selective {
		return nil
	}
	return m.SSM.Validate(field + " ssm")
}

// Apply mixes x along axes.Sequence and returns a tensor of x's shape. It panics on Kind None,
// which has no output to return.
func (m Mixer) Apply(scope *model.Scope, x *Node, axes Axes) *Node {
	switch m.Kind {
	case Selective, Gated:
		return axes.Apply(x, func(sequences *Node) *Node { return m.gated(scope, sequences) })
	case MLP:
		return axes.Swap().Apply(x, func(sequences *Node) *Node { return m.mlp(scope, sequences) })
	case Linear:
		return axes.Swap().Apply(x, func(sequences *Node) *Node {
			return ssm.Linear(scope.In("linear"), sequences, true, sequences.Shape().Dim(-1))
		})
	}
	exceptions.Panicf("a mixer of kind %q cannot be applied; kinds that can are %q, %q, %q and %q", m.Kind, Selective, Gated, MLP, Linear)
	return nil
}
