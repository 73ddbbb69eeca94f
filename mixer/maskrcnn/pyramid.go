package maskrcnn

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// convolve is a convolution with bias.
//
// Variables: kernel [size, size, in, out], bias [out].
func convolve(scope *model.Scope, x *Node, size, out int, init ssm.Init) *Node {
	in := x.Shape().Dim(3)
	pad := [2]int{size / 2, size / 2}
	y := Convolve(x, ssm.Param(scope, x.Graph(), "kernel", init, size, size, in, out)).PaddingPerDim([][2]int{pad, pad}).Done()
	return Add(y, ExpandLeftToRank(ssm.Param(scope, x.Graph(), "bias", ssm.Constant(0), out), 4))
}

// xavier is Glorot's uniform rule for so many inputs and outputs of a value.
func xavier(in, out int) ssm.Init {
	bound := math.Sqrt(6 / float64(in+out))
	return ssm.Uniform(-bound, bound)
}

// double makes each place of a map four, height x width of them.
func double(x *Node, height, width int) *Node {
	d := x.Shape().Dimensions
	x = BroadcastToDims(Reshape(x, d[0], d[1], 1, d[2], 1, d[3]), d[0], d[1], 2, d[2], 2, d[3])
	return Slice(Reshape(x, d[0], 2*d[1], 2*d[2], d[3]), AxisRange(), AxisRange(0, height), AxisRange(0, width), AxisRange())
}

// pyramid gives each stage's map the width of the pyramid, and what the maps above it know.
//
// Variables: lateral<i>/{kernel, bias}, output<i>/{kernel, bias}.
func (c Config[B]) pyramid(scope *model.Scope, stages []*Node) maps {
	m := maps{levels: make([]*Node, len(stages)), stride: make([]int, len(stages))}
	var above *Node
	for i := len(stages) - 1; i >= 0; i-- {
		in := stages[i].Shape().Dim(3)
		x := convolve(scope.In("lateral%d", i+1), stages[i], 1, c.Width, xavier(in, c.Width))
		if above != nil {
			x = Add(x, double(above, x.Shape().Dim(1), x.Shape().Dim(2)))
		}
		above = x
		m.levels[i] = convolve(scope.In("output%d", i+1), x, 3, c.Width, xavier(9*c.Width, 9*c.Width))
	}
	for i := range m.stride {
		m.stride[i] = c.Backbone.Stride() << i
	}
	return m
}

// coarser adds a map of every second place of the last, for anchors larger than any box head looks at.
func (m maps) coarser() maps {
	last := len(m.levels) - 1
	x := m.levels[last]
	x = Slice(x, AxisRange(), AxisRange().Stride(2), AxisRange().Stride(2), AxisRange())
	return maps{append(m.levels[:last+1:last+1], x), append(m.stride[:last+1:last+1], 2*m.stride[last])}
}
