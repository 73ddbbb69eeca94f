package flops_test

import (
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/flops"
	"mambamixer/internal/backend"
	"mambamixer/mixer"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
	"mambamixer/ssm"
)

// vim2Size counts the parameters and the operations of a model's graph for one image with 3 channels and 10 classes.
func vim2Size(t *testing.T, c vim2.Config, height, width int) vim2.Size {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := (ssm.Options{Method: ssm.Fused}).Unfit(b, dtypes.Float32); err != nil {
		t.Skip("the formulas count what the kernels do:", err)
	}
	g, store := NewGraph(b, "counted"), model.NewStore()
	x := Parameter(g, "x", shapes.Make(dtypes.Float32, 1, height, width, 3))
	operations, err := flops.Count(vim2.Classify(store.RootScope(), c, x, 10).Logits)
	if err != nil {
		t.Fatal(err)
	}
	var size vim2.Size
	for v := range store.IterVariables() {
		size.Parameters += v.Shape().Size()
	}
	size.FLOPs = operations
	return size
}

// The model's own formulas give what its graph holds, to the last parameter and operation.
func TestViM2SizeIsThatOfItsGraph(t *testing.T) {
	changes := map[string]func(c *vim2.Config){
		"as it is":         func(*vim2.Config) {},
		"mlp":              func(c *vim2.Config) { c.ChannelMixer, c.Averaging = vim2.ChannelMLP, mixer.AveragingPlain },
		"transpose":        func(c *vim2.Config) { c.ChannelMixer, c.ImageSize = vim2.ChannelTranspose, 20 },
		"no channel mixer": func(c *vim2.Config) { c.ChannelMixer, c.Averaging = vim2.ChannelNone, mixer.AveragingDenseFormer },
		"one way, no conv": func(c *vim2.Config) {
			c.Routes, c.Conv, c.OutNorm, c.UnidirectionalChannel = ssm.OneWay, 0, false, true
		},
		"diagonals":           func(c *vim2.Config) { c.Routes, c.SSM.MeanDirections, c.SSM.RawSelection = ssm.Diagonals, true, true },
		"three stages, 3 : 2": func(c *vim2.Config) { c.Stages = c.Stages[:3]; c.Stages[1].Tokens, c.Stages[1].Channels = 3, 2 },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			c := vim2.Nano()
			change(&c)
			if got, want := vim2Size(t, c, 20, 20), c.Size(20, 20, 3, 10); got != want {
				t.Errorf("the graph holds %+v, the formulas say %+v", got, want)
			}
		})
	}
	t.Run("odd sides", func(t *testing.T) {
		if got, want := vim2Size(t, vim2.Nano(), 13, 22), vim2.Nano().Size(13, 22, 3, 10); got != want {
			t.Errorf("the graph holds %+v, the formulas say %+v", got, want)
		}
	})
}

// Table 8 comes near the published numbers of parameters; package vim2 says why not nearer.
func TestViM2Variants(t *testing.T) {
	for _, v := range vim2.Variants() {
		if v.Parameters == 0 {
			continue
		}
		size := v.Config.Size(224, 224, 3, 1000)
		t.Logf("%s: %.1f million parameters, published %.0f; %.1f GFLOPs an image of 224 px", v.Name, float64(size.Parameters)/1e6, v.Parameters, float64(size.FLOPs)/1e9)
		got := float64(size.Parameters) / 1e6
		if deviation := got/v.Parameters - 1; deviation < -0.02 || deviation > 0.25 {
			t.Errorf("%s has %.1f million parameters, the paper says %.0f", v.Name, got, v.Parameters)
		}
	}
}

// The rivals can be counted, with their gradients. They have the parameters of ViM2, but not its operations.
func TestRivalsAreCounted(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, rival := range append(vision.Nano(), vision.Rival{Name: "resnet50", Model: vision.ResNet50()}) {
		g, store := NewGraph(b, "counted"), model.NewStore()
		store.SetTraining(g, true)
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, 2, 32, 32, 3))
		logits := rival.Model.Logits(store.RootScope(), x, 10)
		forward, err := flops.Count(logits)
		if err != nil {
			t.Fatalf("%s: %v", rival.Name, err)
		}
		var weights []*Node
		for v := range store.IterVariables() {
			if v.Trainable && v.InUseByGraph(g) {
				weights = append(weights, v.NodeValue(g))
			}
		}
		both, err := flops.Count(append(Gradient(ReduceAllSum(logits), weights...), logits)...)
		if err != nil {
			t.Fatalf("%s: %v", rival.Name, err)
		}
		t.Logf("%s: %.1f million operations an image forward", rival.Name, float64(forward)/2e6)
		if ratio := float64(both) / float64(forward); ratio < 2 || ratio > 4 {
			t.Errorf("%s: forward and backward take %.2f times what forward takes", rival.Name, ratio)
		}
	}
}
