package mixer

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// gated is the gated selective mixer on sequences x [B, S, F] -> [B, S, F], with E = Expand·F:
//
//	x̄    = Linear(x)                       [B, S, E]
//	gate = Linear(x)                       [B, S, E]   (7), (17)
//	y    = Σ over directions S6(SiLU(Conv(x̄))) ⊗ SiLU(gate)   (6), (8)-(10), (12)-(16)
//	out  = Linear(y)                       [B, S, F]   (11), (18)
//
// Both input projections are one bias-free matrix that is split in two, and a bias-free output
// projection follows the gate, as in mamba_ssm. Directions share the projections and the gate and
// have a conv and an S6 each; summing their gated outputs equals gating their sum.
// Kind Gated leaves out Conv and S6: y = SiLU(x̄) ⊗ SiLU(gate).
//
// Variables: in_proj/weights [F, 2E]; forward/... and backward/... (see ssm.Directional);
// out_proj/weights [E, F].
func (m Mixer) gated(scope *model.Scope, x *Node) *Node {
	features := x.Shape().Dim(-1)
	e := m.Expand * features
	projected := ssm.Linear(scope.In("in_proj"), x, false, 2*e) // [B, S, 2E]
	xBar := SliceAxis(projected, -1, AxisRangeFromStart(e))
	gate := SliceAxis(projected, -1, AxisRangeToEnd(e))

	var y *Node // [B, S, E]
	if m.Kind == Gated {
		y = Mul(activation.Swish(xBar), activation.Swish(gate))
	} else {
		y = ssm.Directional(scope, m.SSM, xBar, x, gate, m.Bidirectional)
	}
	return ssm.Linear(scope.In("out_proj"), y, false, features)
}
