package maskrcnn

import (
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/vision"
)

// The targets of these tests: two objects and an empty place behind them.
var (
	wide, tall = [4]float64{0, 0, 20, 20}, [4]float64{100, 100, 120, 140}
	targets    = [][4]float64{wide, tall, {}}
)

func constant(g *Graph, boxes [][4]float64) *Node { return ConstTensor(g, tensor(boxes)) }

// movesTo are those that bring a box to a target: the ways of the middle in the box's sizes, and the logarithms of the ratios of sizes.
func movesTo(box, target [4]float64) [4]float64 {
	w, h, tw, th := box[2]-box[0], box[3]-box[1], target[2]-target[0], target[3]-target[1]
	return [4]float64{(target[0] + tw/2 - box[0] - w/2) / w, (target[1] + th/2 - box[1] - h/2) / h, math.Log(tw / w), math.Log(th / h)}
}

func distance(a, b [4]float64) (sum float64) {
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum
}

// entropyOf is that of a logit with the truth 1 or 0.
func entropyOf(logit float64, truth bool) float64 {
	if truth {
		logit = -logit
	}
	return math.Log1p(math.Exp(logit))
}

// TestAnchors: two places of a map whose places are 4 pixels wide, with squares of 2 places.
func TestAnchors(t *testing.T) {
	got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return anchors(x.Graph(), 1, 2, 4, 2) })(graphtest.Normal(1, 1))
	root := float32(4 * math.Sqrt2)
	short := root / 2
	want := []float32{
		-root, -short, root, short, -4, -4, 4, 4, -short, -root, short, root,
		4 - root, -short, 4 + root, short, 0, -4, 8, 4, 4 - short, -root, 4 + short, root,
	}
	graphtest.Near(t, got, want, 1e-5)
}

// TestAnchorLosses: an anchor holds an object if it fits one well or no other fits it better, is empty if it fits none, and does not count
// in between. Numbers of samples suffice for all that count.
func TestAnchorLosses(t *testing.T) {
	const neither, empty = -2, -1
	rows := []struct {
		box   [4]float64
		holds int // an object
	}{
		{wide, 0},
		{[4]float64{0, 0, 20, 14.2}, 0},             // an overlap of 0.71
		{[4]float64{0, 0, 20, 13.8}, neither},       // 0.69
		{[4]float64{0, 0, 20, 6.2}, neither},        // 0.31
		{[4]float64{0, 0, 20, 5.8}, empty},          // 0.29
		{[4]float64{100, 100, 120, 120}, 1},         // 0.5, and the most
		{[4]float64{100, 100, 120, 119}, neither},   // almost as much
		{[4]float64{300, 300, 310, 310}, empty},     // as far off as
		{[4]float64{-310, -310, -300, -300}, empty}, // can be
		{[4]float64{30, 0, 50, 20}, empty},
	}
	var boxes, said [][4]float64
	var logits []float32
	objects, moves, count := 0., 0., 0.
	for i, r := range rows {
		logit, move := float64(i)/3-1, [4]float64{0.1 * float64(i), -0.2, 0.05 * float64(i), 0.3}
		boxes, said, logits = append(boxes, r.box), append(said, move), append(logits, float32(logit))
		if r.holds == neither {
			continue
		}
		count++
		objects += entropyOf(logit, r.holds >= 0)
		if r.holds >= 0 {
			moves += distance(move, movesTo(r.box, targets[r.holds]))
		}
	}
	c := On(vision.ResNet50())
	out := graphtest.Compile(t, model.NewStore(), func(scope *model.Scope, x *Node) []*Node {
		g := x.Graph()
		list := []regions{{ // as of two maps
			anchors: Squeeze(constant(g, boxes[:4]), 0), logits: SliceAxis(x, 1, AxisRange(0, 4)), moves: constant(g, said[:4]),
		}, {
			anchors: Squeeze(constant(g, boxes[4:]), 0), logits: SliceAxis(x, 1, AxisRange(4)), moves: constant(g, said[4:]),
		}}
		objects, moves := c.anchorLosses(scope, list, Truth{Boxes: constant(g, targets)})
		return []*Node{objects, moves}
	})(tensors.FromFlatDataAndDimensions(logits, 1, len(rows)))
	graphtest.Near(t, slices.Concat(out...), []float32{float32(objects / count), float32(moves / count)}, 1e-4)
}

// TestHeadLosses: heads that say the same of every box are told what each box is: the object that half of the box overlaps at least,
// or nothing. The objects are among the boxes.
func TestHeadLosses(t *testing.T) {
	const classes, none = 3, 3
	c := On(vision.ResNet50())
	c.Width, c.Hidden = 2, 3
	proposals := [][4]float64{{0, 0, 20, 10.2}, {0, 0, 20, 9.8}, {}} // overlaps of 0.51 and 0.49 with the first object, and no box at all
	for i := range 12 {
		x := float64(200 + 10*i)
		proposals = append(proposals, [4]float64{x, 0, x + 8, 8})
	}
	said := map[string][]float32{ // the heads' biases; all else is 0
		"/box/class/bias":  {1, -1, 0.5, 2},
		"/box/move/bias":   {0.1, 0.2, 0.3, 0.4, 9, 9, 9, 9, -0.4, -0.3, -0.2, -0.1},
		"/mask/class/bias": {0.7, 9, -0.3},
	}
	store := model.NewStore()
	run := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		g := x.Graph()
		full, half := [][]float32{{1, 1}, {1, 1}}, [][]float32{{1, 1}, {0, 0}}
		truth := Truth{Boxes: constant(g, targets), Classes: Const(g, [][]int32{{0, 2, -1}}), Masks: Const(g, [][][][]float32{{full, half, full}})}
		class, moves, masks := c.headLosses(scope, maps{levels: []*Node{x}, stride: []int{4}}, constant(g, proposals), truth, classes)
		return []*Node{class, moves, masks}
	})
	image := graphtest.Normal(1, 1, 40, 40, 2)
	run(image)
	for v := range store.IterVariables() {
		size := v.Shape().Size()
		values := said[v.Path()]
		if v.Name() != "weights" && v.Name() != "kernel" && v.Name() != "bias" {
			continue
		}
		if values == nil {
			values = make([]float32, size)
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(values, v.Shape().Dimensions...)); err != nil {
			t.Fatal(err)
		}
	}
	out := run(image)

	logSum := 0.
	for _, v := range said["/box/class/bias"] {
		logSum += math.Exp(float64(v))
	}
	entropy := func(class int) float64 { return math.Log(logSum) - float64(said["/box/class/bias"][class]) }
	const counted = 2 + 12 + 2 // proposals and objects; not what is empty
	class := (2*entropy(0) + entropy(2) + 13*entropy(none)) / counted
	far := func(class int, box, target [4]float64) float64 {
		goal, own := movesTo(box, target), [4]float64{}
		for i := range goal {
			goal[i] /= float64(moveScale[i])
			own[i] = float64(said["/box/move/bias"][4*class+i])
		}
		return distance(goal, own)
	}
	moves := (far(0, proposals[0], wide) + far(0, wide, wide) + far(2, tall, tall)) / counted
	masks := (2*entropyOf(0.7, true) + entropyOf(-0.3, true)/2 + entropyOf(-0.3, false)/2) / 3
	graphtest.Near(t, slices.Concat(out...), []float32{float32(class), float32(moves), float32(masks)}, 1e-4)
}

// TestLuckiest: the most luck that there is makes no object of what is empty.
func TestLuckiest(t *testing.T) {
	luck := math.Nextafter32(1, 0)
	out := graphtest.Compile(t, model.NewStore(), func(_ *model.Scope, luck *Node) []*Node {
		at, held, counts := luckiest(luck, below(luck, 0.5), above(luck, 0.5), 3, 0.5)
		return []*Node{as(at), held, counts}
	})(tensors.FromFlatDataAndDimensions([]float32{0, luck, luck}, 1, 3))
	if want := [][]float32{{0, 1, 2}, {1, 0, 0}, {1, 1, 1}}; !slices.EqualFunc(out, want, slices.Equal[[]float32]) {
		t.Errorf("%v, want %v", out, want)
	}
}
