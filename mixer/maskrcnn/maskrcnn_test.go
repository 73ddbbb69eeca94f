package maskrcnn_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

func small() maskrcnn.Config[vision.ResNet] {
	c := maskrcnn.On(vision.ResNet{Blocks: []int{1, 1, 1}, Width: 4})
	c.Width, c.Hidden, c.AnchorSize, c.Candidates, c.Proposals, c.AnchorSamples, c.Samples, c.Detections = 6, 8, 4, 20, 16, 32, 12, 5
	return c
}

// truth are two pictures' objects: two in the first, one in the second.
func truth(g *Graph) maskrcnn.Truth {
	full := [][]float32{{1, 1}, {1, 0}}
	none := [][]float32{{0, 0}, {0, 0}}
	return maskrcnn.Truth{
		Boxes:   Const(g, [][][]float32{{{2, 3, 14, 15}, {10, 6, 30, 22}}, {{4, 4, 20, 22}, {0, 0, 0, 0}}}),
		Classes: Const(g, [][]int32{{0, 2}, {1, -1}}),
		Masks:   Const(g, [][][][]float32{{full, full}, {full, none}}),
	}
}

// TestLearns: every part of the loss is there, and together they have a gradient in every variable.
func TestLearns(t *testing.T) {
	m, store := small(), model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	build := func(scope *model.Scope, x *Node) maskrcnn.Losses { return m.Losses(scope, x, truth(x.Graph()), 3) }
	images := graphtest.Normal(1, 2, 24, 32, 3)
	parts := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		l := build(scope, x)
		return []*Node{l.Objects, l.Moves, l.Class, l.Box, l.Mask, l.Sum()}
	})(images)
	for picture := range 2 {
		sum := float32(0)
		for i, name := range []string{"objects", "moves", "class", "box", "mask"} {
			v := parts[i][picture]
			sum += v
			if !(v > 0) || v > 50 {
				t.Errorf("the loss %s of picture %d is %v", name, picture, v)
			}
		}
		if math.Abs(float64(sum-parts[5][picture])) > 1e-4 {
			t.Errorf("the loss of picture %d is %v, its parts add up to %v", picture, parts[5][picture], sum)
		}
		for i, want := range map[int]float64{0: math.Ln2, 2: math.Log(4)} { // an untrained network knows neither where things are nor what
			if v := float64(parts[i][picture]); math.Abs(v-want) > 0.3*want {
				t.Errorf("part %d of the loss of picture %d is %v at the beginning, want about %v", i, picture, v, want)
			}
		}
	}
	var paths []string
	for path := range graphtest.Parameters(store) {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	gradients := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		scope.Store().SetTraining(x.Graph(), true)
		var variables []*Node
		loss := ReduceAllMean(build(scope, x).Sum())
		for _, path := range paths {
			variables = append(variables, store.GetVariable(path).NodeValue(x.Graph()))
		}
		return Gradient(loss, variables...)
	})(images)
	graphtest.Gradients(t, paths, gradients)
}

// TestDetects: what is found lies in the picture, by falling score, and masks are shares. The variables are those of the training.
func TestDetects(t *testing.T) {
	m, store := small(), model.NewStore()
	images := graphtest.Normal(1, 2, 24, 32, 3)
	graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return m.Losses(scope, x, truth(x.Graph()), 3).Sum() })(images)
	before := len(graphtest.Parameters(store))
	out := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		f := m.Detect(scope, x, 3)
		return []*Node{f.Boxes, f.Scores, ConvertDType(f.Classes, dtypes.Float32), f.Masks}
	})(images)
	if after := len(graphtest.Parameters(store)); after != before {
		t.Errorf("it has %d variables, %d in the training", after, before)
	}
	if len(out[0]) != 2*5*4 || len(out[1]) != 2*5 || len(out[3]) != 2*5*28*28 {
		t.Fatalf("%d sides, %d scores, %d points", len(out[0]), len(out[1]), len(out[3]))
	}
	for i, score := range out[1] {
		b := out[0][4*i : 4*i+4]
		if i%5 > 0 && score > out[1][i-1] || score < 0 || score > 1 || b[0] < 0 || b[1] < 0 || b[2] > 32 || b[3] > 24 || b[0] > b[2] || b[1] > b[3] || out[2][i] < 0 || out[2][i] > 2 {
			t.Errorf("object %d: box %v, score %v, class %v", i, b, score, out[2][i])
		}
	}
	for _, v := range out[3] {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("a point of a mask is %v", v)
		}
	}
}

// counted counts the parameters of a model that finds objects of so many classes.
func counted(t *testing.T, m maskrcnn.Detector, classes int) int {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	g, store := NewGraph(b, "counted"), model.NewStore()
	m.Detect(store.RootScope(), Parameter(g, "x", shapes.Make(dtypes.Float32, 1, 64, 64, 3)), classes)
	count := 0
	for _, size := range graphtest.Parameters(store) {
		count += size
	}
	return count
}

// TestSizes: the size of the paper's Table 4 on ResNet-50, 44 million; and the head's by formula: it grows with the classes, and with the
// width of what is below it, as the graph does.
func TestSizes(t *testing.T) {
	if got := float64(counted(t, maskrcnn.On(vision.ResNet50()), 80)) / 1e6; math.Abs(got-44.4) > 0.1 {
		t.Errorf("it has %.2f million parameters, published are 44.4", got)
	}
	m := small()
	backbone := counted(t, m, 3) - m.HeadParameters([]int{4, 8, 16}, 3)
	wider := m
	wider.Width, wider.Hidden = 10, 7
	if got, want := counted(t, wider, 5), backbone+wider.HeadParameters([]int{4, 8, 16}, 5); got != want || backbone < 1000 {
		t.Errorf("it has %d parameters, want %d, of which the backbone %d", got, want, backbone)
	}
}

func TestRefuses(t *testing.T) {
	for says, change := range map[string]func(m *maskrcnn.Config[vim2.Config]){
		"maskrcnn: width is 0":        func(m *maskrcnn.Config[vim2.Config]) { m.Width = 0 },
		"maskrcnn: anchor_size is -1": func(m *maskrcnn.Config[vim2.Config]) { m.AnchorSize = -1 },
		"maskrcnn: detections is 0":   func(m *maskrcnn.Config[vim2.Config]) { m.Detections = 0 },
		"vim2: patch is 0":            func(m *maskrcnn.Config[vim2.Config]) { m.Backbone.Patch = 0 },
	} {
		m := maskrcnn.On(vim2.Nano())
		change(&m)
		if err := m.Validate(48, 64); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
}
