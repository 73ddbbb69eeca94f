package maskrcnn

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/random"
	"mambamixer/ssm"
)

// aspects of the anchors, height over width.
var aspects = []float64{0.5, 1, 2}

// anchors are the boxes of a map of rows x columns places, place by place -> [rows·columns·3, 4].
func anchors(g *Graph, rows, columns, stride int, size float64) *Node {
	var all [][]float32
	for row := range rows {
		for column := range columns {
			for _, aspect := range aspects {
				x, y := float64(column*stride), float64(row*stride)
				h, w := size*float64(stride)*math.Sqrt(aspect)/2, size*float64(stride)/math.Sqrt(aspect)/2
				all = append(all, []float32{float32(x - w), float32(y - h), float32(x + w), float32(y + h)})
			}
		}
	}
	return Const(g, all)
}

// regions is what the region proposal network says of one map: anchors [A, 4], and of each picture the logits that an anchor holds an object,
// [B, A], and how to move it there, [B, A, 4].
type regions struct{ anchors, logits, moves *Node }

// propose looks at all maps with one network.
//
// Variables: conv/{kernel, bias}, objects/{kernel, bias}, moves/{kernel, bias}.
func (c Config[B]) propose(scope *model.Scope, m maps) (list []regions) {
	conv, objects, moves := scope.In("conv"), scope.In("objects"), scope.In("moves")
	for i, x := range m.levels {
		batch, rows, columns := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
		y := activation.Relu(convolve(conv, x, 3, c.Width, ssm.Normal(0.01)))
		list = append(list, regions{
			anchors: anchors(x.Graph(), rows, columns, m.stride[i], c.AnchorSize),
			logits:  Reshape(convolve(objects, y, 1, len(aspects), ssm.Normal(0.01)), batch, rows*columns*len(aspects)),
			moves:   Reshape(convolve(moves, y, 1, 4*len(aspects), ssm.Normal(0.01)), batch, rows*columns*len(aspects), 4),
		})
	}
	return list
}

// proposalOverlap is that above which a proposal takes another one away.
const proposalOverlap = 0.7

// proposals are the best boxes [B, R, 4], by falling logit, without a gradient. Where there are fewer, boxes follow that were taken away.
func (c Config[B]) proposals(list []regions, height, width int) *Node {
	var boxes, scores []*Node
	for _, r := range list {
		batch, n := r.logits.Shape().Dim(0), r.logits.Shape().Dim(1)
		best, at := TopK(StopGradient(r.logits), min(c.Candidates, n), 1)
		there := BroadcastToDims(InsertAxes(r.anchors, 0), batch, n, 4)
		moved := decode(take(there, at), take(StopGradient(r.moves), at), height, width)
		gone := OneMinus(suppress(moved, proposalOverlap))
		boxes, scores = append(boxes, moved), append(scores, Sub(best, MulScalar(gone, 1e6)))
	}
	all := Concatenate(scores, 1)
	_, at := TopK(all, min(c.Proposals, all.Shape().Dim(1)), 1)
	return StopGradient(take(Concatenate(boxes, 1), at))
}

// The overlaps from which on an anchor holds an object, up to which it holds none, and at which the best anchor of an object does.
const (
	anchorHolds, anchorEmpty = 0.7, 0.3
)

// anchorLosses compares what is said of a sample of anchors with the truth: cross-entropy and distance of the moves, [B] each.
func (c Config[B]) anchorLosses(scope *model.Scope, list []regions, truth Truth) (objects, moves *Node) {
	var anchors, logits, said []*Node
	for _, r := range list {
		anchors, logits, said = append(anchors, r.anchors), append(logits, r.logits), append(said, r.moves)
	}
	logit := Concatenate(logits, 1)
	batch, n := logit.Shape().Dim(0), logit.Shape().Dim(1)
	all := BroadcastToDims(InsertAxes(Concatenate(anchors, 0), 0), batch, n, 4)

	fits := overlaps(all, truth.Boxes) // [B, A, M]
	best, which := ReduceMax(fits, -1), ArgMax(fits, -1)
	most := MaxScalar(ReduceMax(fits, 1), anchorEmpty) // [B, M]
	foremost := above(ReduceMax(as(GreaterOrEqual(fits, InsertAxes(most, 1))), -1), 0.5)
	holds := LogicalOr(atLeast(best, anchorHolds), foremost)
	empty := LogicalAnd(below(best, anchorEmpty), LogicalNot(holds))
	at, held, counts := sample(scope, holds, empty, min(c.AnchorSamples, n), 0.5)

	wanted := encode(take(all, at), take(truth.Boxes, take(which, at)))
	entropy := Mul(binary(take(logit, at), held), counts)
	distance := Mul(ReduceSum(Abs(Sub(take(Concatenate(said, 1), at), StopGradient(wanted))), -1), held)
	total := MaxScalar(ReduceSum(counts, -1), 1)
	return Div(ReduceSum(entropy, -1), total), Div(ReduceSum(distance, -1), total)
}

// sample draws n of those that hold or don't, conditions [B, N], at random: at most share of the n that hold, first, then others. It gives
// their places [B, n], and 1 or 0 for whether each holds and whether it counts, as the sample may be smaller.
func sample(scope *model.Scope, holds, empty *Node, n int, share float64) (at, held, counts *Node) {
	return luckiest(random.Uniform(scope, holds.Graph(), holds.Shape().Dimensions...), holds, empty, n, share)
}

// luckiest is sample with the luck [B, N] that each has, from 0 up to but not including 1.
func luckiest(luck, holds, empty *Node, n int, share float64) (at, held, counts *Node) {
	zero := ZerosLike(luck)
	some := max(1, int(share*float64(n)))
	first, _ := TopK(Where(holds, OnePlus(luck), zero), some, 1)
	bar := SliceAxis(first, 1, AxisElem(some-1)) // 0 where fewer hold
	chosen := LogicalAnd(holds, GreaterOrEqual(OnePlus(luck), bar))
	// What is chosen ranks from 3 to 4, what is empty from 1 to 2: both bounds can be reached, as luck of almost 1 is rounded.
	rank, at := TopK(Where(chosen, AddScalar(luck, 3), Where(empty, OnePlus(luck), zero)), n, 1)
	return at, as(atLeast(rank, 3)), as(atLeast(rank, 1))
}

// binary is the cross-entropy of logits with what is 1 or 0.
func binary(logits, truth *Node) *Node {
	return Add(Sub(MaxScalar(logits, 0), Mul(logits, truth)), Log1P(Exp(Neg(Abs(logits)))))
}
