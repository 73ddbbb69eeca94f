package baseline

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// DLinear splits the history into a moving average (trend) and the rest (seasonal), and forecasts each
// with a linear layer of its own.
type DLinear struct {
	Kernel int `json:"kernel"` // steps of the moving average, odd
}

// DefaultDLinear has the authors' moving average of 25 steps.
func DefaultDLinear() DLinear { return DLinear{Kernel: 25} }

// Validate reports a size that is not positive and a kernel without a middle.
func (c DLinear) Validate(history, horizon, variates int) error {
	if c.Kernel < 1 || c.Kernel%2 == 0 {
		return fmt.Errorf("dlinear: kernel is %d: the moving average needs an odd number of steps, such as 25", c.Kernel)
	}
	return checkSizes("dlinear", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables: dlinear/trend/{weights [L, H], bias [H]}, dlinear/seasonal/{weights, bias}.
func (c DLinear) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	if err := c.Validate(x.Shape().Dim(1), horizon, x.Shape().Dim(2)); err != nil {
		panic(err)
	}
	scope = scope.In("dlinear")
	average := ConstAs(x, movingAverage(x.Shape().Dim(1), c.Kernel)) // [L, L]
	trend := Einsum("ts,bsm->btm", average, x)                       // [B, L, M]
	return Add(
		linearInTime(scope.In("trend"), trend, horizon),
		linearInTime(scope.In("seasonal"), Sub(x, trend), horizon))
}

// movingAverage is the matrix of a centred moving average over kernel steps of a series of the given
// length, whose first and last values are repeated beyond its ends: row t averages around step t.
func movingAverage(length, kernel int) [][]float64 {
	matrix := make([][]float64, length)
	for t := range matrix {
		matrix[t] = make([]float64, length)
		for j := t - kernel/2; j <= t+kernel/2; j++ {
			matrix[t][min(max(j, 0), length-1)] += 1 / float64(kernel)
		}
	}
	return matrix
}
