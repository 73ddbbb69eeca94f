package maskrcnn

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// The cells that the heads look at, and the points of a mask.
const (
	boxCells  = 7
	maskCells = 14
	maskSide  = 2 * maskCells
)

// dense is a layer [N, in] -> [N, out].
//
// Variables: weights [in, out], bias [out].
func dense(scope *model.Scope, x *Node, out int, init ssm.Init) *Node {
	return ssm.Affine(x, ssm.Param(scope, x.Graph(), "weights", init, x.Shape().Dim(1), out), ssm.Param(scope, x.Graph(), "bias", ssm.Constant(0), out))
}

// boxHead tells the classes of boxes [B, R, 4], the last of which is none: logits [B, R, K+1]; and moves them, [B, R, K, 4] by class.
//
// Variables: hidden<i>/, class/ and move/{weights, bias}.
func (c Config[B]) boxHead(scope *model.Scope, m maps, boxes *Node, classes int) (logits, moves *Node) {
	batch, count := boxes.Shape().Dim(0), boxes.Shape().Dim(1)
	x := Reshape(m.align(boxes, boxCells, c.Finest), batch*count, boxCells*boxCells*c.Width)
	for i := range 2 {
		x = activation.Relu(dense(scope.In("hidden%d", i+1), x, c.Hidden, xavier(x.Shape().Dim(1), c.Hidden)))
	}
	logits = dense(scope.In("class"), x, classes+1, ssm.Normal(0.01))
	moves = dense(scope.In("move"), x, 4*classes, ssm.Normal(0.001))
	return Reshape(logits, batch, count, classes+1), Reshape(moves, batch, count, classes, 4)
}

// moveScale is what the box head's moves count for, so that typical ones are of size 1.
var moveScale = []float32{0.1, 0.1, 0.2, 0.2}

func scaled(moves *Node) *Node {
	return Mul(moves, ExpandLeftToRank(Const(moves.Graph(), moveScale), moves.Rank()))
}

// ofClass picks from values [B, R, K, ..] those of a class [B, R] each.
func ofClass(values, class *Node) *Node {
	dims := values.Shape().Dimensions
	flat := Reshape(values, append([]int{dims[0], dims[1] * dims[2]}, dims[3:]...)...)
	first := MulScalar(Iota(class.Graph(), shapes.Make(dtypes.Int32, dims[0], dims[1]), 1), dims[2])
	return take(flat, Add(first, MaxScalar(indices(class), 0)))
}

// maskHead tells which points of boxes [B, R, 4] objects of a class [B, R] cover: logits [B, R, 28, 28].
//
// Variables: conv<i>/, finer/ and class/{kernel, bias}.
func (c Config[B]) maskHead(scope *model.Scope, m maps, boxes, class *Node, classes int) *Node {
	batch, count := boxes.Shape().Dim(0), boxes.Shape().Dim(1)
	x := Reshape(m.align(boxes, maskCells, c.Finest), batch*count, maskCells, maskCells, c.Width)
	he := ssm.Normal(math.Sqrt(2 / float64(9*c.Width)))
	for i := range 4 {
		x = activation.Relu(convolve(scope.In("conv%d", i+1), x, 3, c.Width, he))
	}
	// A transposed convolution of 2 x 2 with stride 2: each place makes four.
	x = activation.Relu(fourfold(scope.In("finer"), x, c.Width))
	x = convolve(scope.In("class"), x, 1, classes, ssm.Normal(math.Sqrt(2/float64(c.Width))))
	x = Reshape(x, batch, count, maskSide, maskSide, classes)
	return ofClass(TransposeAllAxes(x, 0, 1, 4, 2, 3), class)
}

// fourfold makes 2 x 2 places of each, with a bias for all four alike.
//
// Variables: kernel [in, 2, 2, out], bias [out].
func fourfold(scope *model.Scope, x *Node, out int) *Node {
	d := x.Shape().Dimensions
	kernel := ssm.Param(scope, x.Graph(), "kernel", ssm.Normal(math.Sqrt(2/float64(4*out))), d[3], 2, 2, out)
	y := DotProduct(Reshape(x, d[0]*d[1]*d[2], d[3]), Reshape(kernel, d[3], 4*out))
	y = TransposeAllAxes(Reshape(y, d[0], d[1], d[2], 2, 2, out), 0, 1, 3, 2, 4, 5)
	return Add(Reshape(y, d[0], 2*d[1], 2*d[2], out), ExpandLeftToRank(ssm.Param(scope, x.Graph(), "bias", ssm.Constant(0), out), 4))
}

// The overlap from which on a proposal holds an object, and the share of such ones among the samples.
const (
	boxHolds = 0.5
	boxShare = 0.25
)

// headLosses compares what the heads say of a sample of proposals with the truth: cross-entropy of the class, distance of the moves
// and cross-entropy of the mask's points, [B] each. The objects themselves are among the proposals.
func (c Config[B]) headLosses(scope *model.Scope, m maps, proposals *Node, truth Truth, classes int) (class, moves, masks *Node) {
	boxes := Concatenate([]*Node{proposals, truth.Boxes}, 1)
	n := boxes.Shape().Dim(1)
	fits := overlaps(boxes, truth.Boxes) // [B, R, M]
	best, which := ReduceMax(fits, -1), ArgMax(fits, -1)
	real := above(area(boxes), 0)
	holds := atLeast(best, boxHolds)
	at, held, counts := sample(scope, holds, LogicalAnd(LogicalNot(holds), real), min(c.Samples, n), boxShare)
	boxes, which = take(boxes, at), take(indices(which), at)
	target := take(truth.Boxes, which)
	wanted := take(indices(truth.Classes), which)
	wanted = Where(above(held, 0.5), wanted, ConstAs(wanted, int32(classes)))

	logits, moved := c.boxHead(scope.In("box"), m, boxes, classes)
	total := MaxScalar(ReduceSum(counts, -1), 1)
	right := ReduceSum(Mul(LogSoftmax(logits, -1), OneHot(wanted, classes+1, dtypes.Float32)), -1)
	class = Div(Neg(ReduceSum(Mul(right, counts), -1)), total)
	goal := Div(encode(boxes, target), ExpandLeftToRank(Const(boxes.Graph(), moveScale), 3))
	own := ofClass(moved, Min(wanted, ConstAs(wanted, int32(classes-1))))
	moves = Div(ReduceSum(Mul(ReduceSum(Abs(Sub(own, StopGradient(goal))), -1), held), -1), total)

	// Those that hold an object come first.
	some := max(1, int(boxShare*float64(at.Shape().Dim(1))))
	firsts := func(x *Node) *Node { return SliceAxis(x, 1, AxisRange(0, some)) }
	boxes, target, held = firsts(boxes), firsts(target), firsts(held)
	covered := c.maskHead(scope.In("mask"), m, boxes, Min(firsts(wanted), ConstAs(wanted, int32(classes-1))), classes)
	points := binary(covered, StopGradient(readMasks(truth.Masks, firsts(which), target, boxes)))
	found := MaxScalar(ReduceSum(held, -1), 1)
	masks = Div(ReduceSum(Mul(ReduceMean(points, 2, 3), held), -1), found)
	return class, moves, masks
}

// readMasks reads the masks of objects [B, M, G, G], each on a grid on its own box, at the points of other boxes [B, R, 4] ->
// [B, R, 28, 28]. which says which object is meant, own its box.
func readMasks(masks, which, own, boxes *Node) *Node {
	g := masks.Graph()
	batch, objects, grid := masks.Shape().Dim(0), masks.Shape().Dim(1), masks.Shape().Dim(2)
	count := boxes.Shape().Dim(1)
	steps := DivScalar(AddScalar(Iota(g, shapes.Make(dtypes.Float32, 1, 1, maskSide), 2), 0.5), maskSide)
	along := func(low, high int) (cell, inside *Node) { // [B, R, 28]
		from, to := side(boxes, low), side(boxes, high)
		at := Add(InsertAxes(from, -1), Mul(InsertAxes(Sub(to, from), -1), steps))
		ownSize := MaxScalar(Sub(side(own, high), side(own, low)), least)
		cell = Floor(MulScalar(Div(Sub(at, InsertAxes(side(own, low), -1)), InsertAxes(ownSize, -1)), float64(grid)))
		inside = as(LogicalAnd(atLeast(cell, 0), below(cell, float64(grid))))
		return indices(ClipScalar(cell, 0, float64(grid-1))), inside
	}
	column, insideX := along(0, 2)
	row, insideY := along(1, 3)
	first := Add(MulScalar(Iota(g, shapes.Make(dtypes.Int32, batch, count), 0), objects), indices(which))
	at := Add(MulScalar(InsertAxes(row, -1), grid), InsertAxes(column, 2)) // [B, R, 28, 28]
	at = Add(at, InsertAxes(MulScalar(first, grid*grid), -1, -1))
	values := Gather(Reshape(masks, batch*objects*grid*grid), InsertAxes(at, -1))
	return Mul(values, Mul(InsertAxes(insideY, -1), InsertAxes(insideX, 2)))
}
