package vision_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// segmented counts the parameters of a model that gives pixels of height x width images their classes.
func segmented(t *testing.T, m vision.Segmenter, height, width, classes int) int {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	g, store := NewGraph(b, "counted"), model.NewStore()
	logits, auxiliary := m.Segment(store.RootScope(), Parameter(g, "x", shapes.Make(dtypes.Float32, 1, height, width, 3)), classes)
	for name, y := range map[string]*Node{"logits": logits, "auxiliary logits": auxiliary} {
		if got, want := fmt.Sprint(y.Shape().Dimensions), fmt.Sprint([]int{1, height, width, classes}); got != want {
			t.Errorf("the %s have shape %s, want %s", name, got, want)
		}
	}
	count := 0
	for _, size := range graphtest.Parameters(store) {
		count += size
	}
	return count
}

// TestUPerNetSizes: the parameters by formula, and in the size of the paper's table 3, which prints 67 million on ResNet-50.
func TestUPerNetSizes(t *testing.T) {
	const w, a, classes = 6, 5, 4
	small := vision.ResNet{Blocks: []int{1, 1, 1}, Width: 4}
	backbone := parameters(t, small, 16, 1) - (16 + 1)
	onResNet := vision.UPerNet[vision.ResNet]{Backbone: small, Width: w, Auxiliary: a}
	if got, want := segmented(t, onResNet, 16, 24, classes), backbone+onResNet.HeadParameters([]int{4, 8, 16}, classes); got != want {
		t.Errorf("on a ResNet it has %d parameters, want %d", got, want)
	}
	tiny := vim2.Nano()
	backbone = parameters(t, tiny, 32, 1) - (128 + 1 + 2*128) // without head and its norm
	norms := 2 * (16 + 32 + 64 + 128)
	onViM2 := vision.UPerNet[vim2.Config]{Backbone: tiny, Width: w, Auxiliary: a}
	if got, want := segmented(t, onViM2, 24, 32, classes), backbone+norms+onViM2.HeadParameters([]int{16, 32, 64, 128}, classes); got != want {
		t.Errorf("on ViM2-Nano it has %d parameters, want %d", got, want)
	}
	if got := float64(segmented(t, vision.OnUPerNet(vision.ResNet50()), 64, 64, 150)) / 1e6; math.Abs(got-66.5) > 0.2 {
		t.Errorf("on ResNet-50 it has %.2f million parameters, published are 67", got)
	}
}

// TestUPerNetLearns: both heads have gradients in all their variables and in the backbone's.
func TestUPerNetLearns(t *testing.T) {
	m := vision.UPerNet[vision.ResNet]{Backbone: vision.ResNet{Blocks: []int{1, 1}, Width: 4}, Width: 6, Auxiliary: 5, Dropout: 0.1}
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	build := func(scope *model.Scope, x *Node) *Node {
		logits, auxiliary := m.Segment(scope, x, 3)
		return Add(ReduceAllMean(Square(AddScalar(logits, -1))), ReduceAllMean(Square(AddScalar(auxiliary, -1))))
	}
	images := graphtest.Normal(1, 2, 12, 16, 3)
	graphtest.Compile1(t, store, build)(images)
	var paths []string
	for path := range graphtest.Parameters(store) {
		paths = append(paths, path)
	}
	gradients := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		scope.Store().SetTraining(x.Graph(), true)
		loss := build(scope, x)
		var variables []*Node
		for _, path := range paths {
			variables = append(variables, store.GetVariable(path).NodeValue(x.Graph()))
		}
		return Gradient(loss, variables...)
	})(images)
	graphtest.Gradients(t, paths, gradients)
}

func TestUPerNetRefuses(t *testing.T) {
	for says, change := range map[string]func(m *vision.UPerNet[vim2.Config]){
		"upernet: width is 0":     func(m *vision.UPerNet[vim2.Config]) { m.Width = 0 },
		"upernet: auxiliary is 0": func(m *vision.UPerNet[vim2.Config]) { m.Auxiliary = 0 },
		"upernet: dropout is 1":   func(m *vision.UPerNet[vim2.Config]) { m.Dropout = 1 },
		"vim2: patch is 0":        func(m *vision.UPerNet[vim2.Config]) { m.Backbone.Patch = 0 },
	} {
		m := vision.OnUPerNet(vim2.Nano())
		change(&m)
		if err := m.Validate(48, 64); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
}
