package vim2

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// tokenMixer is the selective token mixer for images, x [B, H, W, C] -> [B, H, W, C], with E = Expand·C:
//
//	x̄    = SiLU(DWConv(Linear(x)))             [B, H, W, E]   (6), one convolution for all scans (figure 8)
//	gate = SiLU(Linear(x))                      [B, H, W, E]   (7)
//	y    = Σ over routes S6(x̄ along the route)  [B, H, W, E]   (8)-(10)
//	out  = Linear(LayerNorm(y) ⊗ gate)          [B, H, W, C]   (11)
//
// The gate is the same for all scans, so gating each, as in the figures, is gating their sum. The LayerNorm is that of
// VMamba's code; OutNorm leaves it out. The two input projections are one bias-free matrix.
//
// Variables: in_proj/weights [C, 2E]; conv/{kernel, bias}; scan/<route>/..., see ssm.CrossScan; out_norm/{scale, bias};
// out_proj/weights [E, C].
func (c Config) tokenMixer(scope *model.Scope, x *Node) *Node {
	width := x.Shape().Dim(-1)
	u, gate := halves(ssm.Linear(scope.In("in_proj"), x, false, 2*c.Expand*width)) // [B, H, W, E] each
	if c.Conv > 0 {
		u = ssm.DepthwiseConv2D(scope.In("conv"), u, c.Conv, ssm.ConvOptions{SiLU: true, Method: c.SSM.Method})
	} else {
		u = activation.Swish(u)
	}
	selector := u
	if c.SSM.RawSelection {
		selector = x
	}
	y := ssm.CrossScan(scope.In("scan"), c.SSM, c.Routes.List(), u, selector) // [B, H, W, E]
	if c.OutNorm {
		y = image.LayerNorm(scope.In("out_norm"), y)
	}
	return ssm.Linear(scope.In("out_proj"), Mul(y, activation.Swish(gate)), false, width)
}

// halves splits the last axis in two.
func halves(x *Node) (first, second *Node) {
	half := x.Shape().Dim(-1) / 2
	return SliceAxis(x, -1, AxisRangeFromStart(half)), SliceAxis(x, -1, AxisRangeToEnd(half))
}
