package maskrcnn

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// side gives one coordinate of boxes [.., 4] -> [..].
func side(boxes *Node, i int) *Node { return Squeeze(SliceAxis(boxes, -1, AxisElem(i)), -1) }

// sides gives all four.
func sides(boxes *Node) (x0, y0, x1, y1 *Node) {
	return side(boxes, 0), side(boxes, 1), side(boxes, 2), side(boxes, 3)
}

// extents gives middle and size.
func extents(boxes *Node) (x, y, w, h *Node) {
	x0, y0, x1, y1 := sides(boxes)
	return MulScalar(Add(x0, x1), 0.5), MulScalar(Add(y0, y1), 0.5), Sub(x1, x0), Sub(y1, y0)
}

func area(boxes *Node) *Node {
	_, _, w, h := extents(boxes)
	return Mul(w, h)
}

// overlaps are the intersections over unions of boxes [B, N, 4] with others [B, M, 4] -> [B, N, M]. That with an empty box is 0.
func overlaps(a, b *Node) *Node {
	common := func(low, high int) *Node {
		from := Max(InsertAxes(side(a, low), -1), InsertAxes(side(b, low), 1))
		to := Min(InsertAxes(side(a, high), -1), InsertAxes(side(b, high), 1))
		return MaxScalar(Sub(to, from), 0)
	}
	both := Mul(common(0, 2), common(1, 3))
	either := Sub(Add(InsertAxes(area(a), -1), InsertAxes(area(b), 1)), both)
	return Div(both, MaxScalar(either, 1e-6))
}

// least keeps logarithms of sizes finite, in pixels.
const least = 1e-3

// encode says how boxes have to be moved from where they are to targets, all [.., 4]: the middle's way in the box's sizes, and the
// logarithms of the ratios of the sizes.
func encode(boxes, targets *Node) *Node {
	x, y, w, h := extents(boxes)
	tx, ty, tw, th := extents(targets)
	w, h = MaxScalar(w, least), MaxScalar(h, least)
	return Stack([]*Node{Div(Sub(tx, x), w), Div(Sub(ty, y), h),
		Log(Div(MaxScalar(tw, least), w)), Log(Div(MaxScalar(th, least), h))}, -1)
}

// mostGrowth is how many times larger a box can become.
const mostGrowth = 1000. / 16

// decode moves boxes, and cuts off what is outside a picture of height x width pixels.
func decode(boxes, moves *Node, height, width int) *Node {
	x, y, w, h := extents(boxes)
	x, y = Add(x, Mul(side(moves, 0), w)), Add(y, Mul(side(moves, 1), h))
	grown := func(size *Node, i int) *Node {
		return Mul(size, Exp(ClipScalar(side(moves, i), -math.Log(mostGrowth), math.Log(mostGrowth))))
	}
	w, h = MulScalar(grown(w, 2), 0.5), MulScalar(grown(h, 3), 0.5)
	inside := func(v *Node, most int) *Node { return ClipScalar(v, 0, float64(most)) }
	return Stack([]*Node{inside(Sub(x, w), width), inside(Sub(y, h), height), inside(Add(x, w), width), inside(Add(y, h), height)}, -1)
}

// take picks rows of each picture: x [B, N, ..], indices [B, K] -> [B, K, ..].
func take(x, indices *Node) *Node {
	dims := x.Shape().Dimensions
	batch, n := dims[0], dims[1]
	first := MulScalar(Iota(x.Graph(), shapes.Make(dtypes.Int32, batch, 1), 0), n)
	flat := Reshape(x, append([]int{batch * n}, dims[2:]...)...)
	return Gather(flat, InsertAxes(Add(ConvertDType(indices, dtypes.Int32), first), -1))
}

// as makes numbers of conditions: 1 and 0.
func as(condition *Node) *Node { return ConvertDType(condition, dtypes.Float32) }

func atLeast(x *Node, v float64) *Node { return GreaterOrEqual(x, Scalar(x.Graph(), x.DType(), v)) }
func above(x *Node, v float64) *Node   { return GreaterThan(x, Scalar(x.Graph(), x.DType(), v)) }
func below(x *Node, v float64) *Node   { return LessThan(x, Scalar(x.Graph(), x.DType(), v)) }

// indices converts to what Gather takes.
func indices(x *Node) *Node { return ConvertDType(x, dtypes.Int32) }
