package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// NLinear maps the history, less its last value, to the horizon with one linear layer and adds the
// last value back.
type NLinear struct{}

// Validate reports a size that is not positive.
func (NLinear) Validate(history, horizon, variates int) error {
	return checkSizes("nlinear", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables: nlinear/weights [L, H], nlinear/bias [H].
func (NLinear) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	last := lastStep(x)
	return Add(linearInTime(scope.In("nlinear"), Sub(x, last), horizon), last)
}

// linearInTime maps the time axis of x [B, L, M] to horizon steps: [B, H, M].
func linearInTime(scope *model.Scope, x *Node, horizon int) *Node {
	y := ssm.Linear(scope, Transpose(x, 1, 2), true, horizon) // [B, M, H]
	return Transpose(y, 1, 2)
}
