package baseline

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Seasonal forecasts the last period of the history, again and again: the seasonal naive method. It has nothing to train.
type Seasonal struct {
	Period int `json:"period"` // time steps, such as 7 for the week in a series of days
}

// Validate reports a size that is not positive, or a period that the history doesn't hold.
func (s Seasonal) Validate(history, horizon, variates int) error {
	if s.Period < 1 || s.Period > history {
		return fmt.Errorf("seasonal: period is %d: it must be from 1 to the history of %d steps", s.Period, history)
	}
	return checkSizes("seasonal", history, horizon, variates)
}

// Forecast returns x's last period as often as the horizon asks: [B, L, M] -> [B, H, M].
func (s Seasonal) Forecast(_ *model.Scope, x *Node, horizon int) *Node {
	period := SliceAxis(x, 1, AxisRangeToEnd(-s.Period))
	var periods []*Node
	for at := 0; at < horizon; at += s.Period {
		periods = append(periods, period)
	}
	return SliceAxis(Concatenate(periods, 1), 1, AxisRange(0, horizon))
}
