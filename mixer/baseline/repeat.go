package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Repeat forecasts the last value of the history for every step. It has nothing to train.
type Repeat struct{}

// Validate reports a size that is not positive.
func (Repeat) Validate(history, horizon, variates int) error {
	return checkSizes("repeat", history, horizon, variates)
}

// Forecast returns x's last step, horizon times: [B, L, M] -> [B, H, M].
func (Repeat) Forecast(_ *model.Scope, x *Node, horizon int) *Node {
	return BroadcastToDims(lastStep(x), x.Shape().Dim(0), horizon, x.Shape().Dim(2))
}

// lastStep of x [B, L, M] is [B, 1, M].
func lastStep(x *Node) *Node { return SliceAxis(x, 1, AxisElem(-1)) }
