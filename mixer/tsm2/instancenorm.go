package tsm2

import (
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/mixer/internal/window"
)

// InstanceNorm says what is taken out of each variate of each window before the model and put back
// into its forecast. None has learned parameters.
type InstanceNorm string

const (
	RevIN     InstanceNorm = "revin" // subtract the window's mean, divide by its standard deviation
	LastValue InstanceNorm = "last"  // subtract the window's last value, divide by its standard deviation
	NoNorm    InstanceNorm = "none"
)

// InstanceNorms lists the valid kinds.
func InstanceNorms() []InstanceNorm { return []InstanceNorm{RevIN, LastValue, NoNorm} }

// normalize returns x [B, L, M] normalized along L, and the function that puts level and scale back
// into a forecast [B, H, M].
func (n InstanceNorm) normalize(x *Node) (normalized *Node, restore func(y *Node) *Node) {
	if n == NoNorm {
		return x, func(y *Node) *Node { return y }
	}
	mean, std := window.Moments(x) // [B, 1, M]
	level := mean
	if n == LastValue {
		level = SliceAxis(x, 1, AxisElem(-1))
	}
	return Div(Sub(x, level), std), func(y *Node) *Node { return Add(Mul(y, std), level) }
}
