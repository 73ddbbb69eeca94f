package maskrcnn

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
)

// suppress says which of boxes [B, N, 4], by falling score, stay when each takes away those behind it that it overlaps by more than
// threshold and that are still there: non-maximum suppression -> [B, N], 1 or 0.
//
// All boxes are judged at once by what the last round left, until a round changes nothing. A box's fate depends on those before it alone,
// so after n rounds those of the first n are final, and a fixed point is what going through them one by one gives. There are as many rounds as
// the longest chain of boxes that take away one another, a few.
func suppress(boxes *Node, threshold float64) *Node {
	g := boxes.Graph()
	batch, n := boxes.Shape().Dim(0), boxes.Shape().Dim(1)
	square := boxes.Shape().Clone()
	square.Dimensions = []int{batch, n, n}
	square.DType = dtypes.Int32
	before := LessThan(Iota(g, square, 1), Iota(g, square, 2)) // [B, i, j]: i comes before j
	takes := as(LogicalAnd(above(overlaps(boxes, boxes), threshold), before))

	all := OnesLike(side(boxes, 0))
	state := []*Node{all, takes, Scalar(g, dtypes.Float32, 1)} // what stays, what would take what away, what changed
	params := func(g *Graph) []*Node {
		return []*Node{Parameter(g, "stays", state[0].Shape()), Parameter(g, "takes", state[1].Shape()), Parameter(g, "changed", state[2].Shape())}
	}
	unsettled := NewClosure(g, func(g *Graph) []*Node {
		return []*Node{above(params(g)[2], 0)}
	})
	round := NewClosure(g, func(g *Graph) []*Node {
		p := params(g)
		taken := Einsum("bi,bij->bj", p[0], p[1])
		stays := as(below(taken, 0.5))
		change := Reshape(Sub(stays, p[0]), batch*n)
		return []*Node{stays, p[1], DotProduct(change, change)}
	})
	return While(unsettled, round, state...)[0]
}
