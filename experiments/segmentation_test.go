package experiments

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/scenes"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// applied runs a graph function on tensors and flattens what it gives.
func applied(t *testing.T, f func(inputs []*Node) []*Node, inputs ...any) [][]float32 {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := MustNewExec(b, f).Call(inputs...)
	if err != nil {
		t.Fatal(err)
	}
	var flat [][]float32
	for _, o := range outputs {
		flat = append(flat, tensors.MustCopyFlatData[float32](o))
	}
	return flat
}

// The scores and the loss against loops over pixels; those without a class are not counted, but for the mean of the loss.
func TestPixelScores(t *testing.T) {
	const b, h, w, k = 3, 4, 5, 3
	rng := rand.New(rand.NewPCG(1, 2))
	logits, labels := make([]float32, b*h*w*k), make([]int32, b*h*w)
	for i := range logits {
		logits[i] = float32(rng.NormFloat64())
	}
	for i := range labels {
		if labels[i] = int32(rng.IntN(k + 1)); labels[i] == k {
			labels[i] = scenes.Ignored
		}
	}
	got := applied(t, func(in []*Node) []*Node {
		missed, intersections, unions := pixelScores(in[0], in[1])
		return []*Node{missed, intersections, unions, pixelLoss(in[0], in[1])}
	}, tensors.FromFlatDataAndDimensions(logits, b, h, w, k), tensors.FromFlatDataAndDimensions(labels, b, h, w))
	near := func(what string, got float32, want float64) {
		if math.Abs(float64(got)-want) > 1e-5 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	for i := range b {
		var both, truth, guessed [k]float64
		counted, loss := 0.0, 0.0
		for p := i * h * w; p < (i+1)*h*w; p++ {
			if labels[p] == scenes.Ignored {
				continue
			}
			row, guess, sum := logits[p*k:(p+1)*k], 0, 0.0
			for c, v := range row {
				sum += math.Exp(float64(v))
				if v > row[guess] {
					guess = c
				}
			}
			counted++
			loss += math.Log(sum) - float64(row[labels[p]])
			truth[labels[p]]++
			guessed[guess]++
			if guess == int(labels[p]) {
				both[guess]++
			}
		}
		near("the share of wrong pixels", got[0][i], 1-(both[0]+both[1]+both[2])/counted)
		near("the loss", got[3][i], loss/(h*w))
		for c := range k {
			near("the intersection", got[1][i*k+c], both[c]/(h*w))
			near("the union", got[2][i*k+c], (truth[c]+guessed[c]-both[c])/(h*w))
		}
	}
}

// colours is a segmenter for tests: a linear map of each pixel's colour.
type colours struct{}

func (colours) Validate(height, width int) error {
	if width < 8 {
		return errors.New("colours needs 8 pixels")
	}
	return nil
}

func (colours) Segment(scope *model.Scope, images *Node, classes int) (logits, auxiliary *Node) {
	m := vision.UPerNet[vision.ResNet]{Backbone: vision.ResNet{Blocks: []int{1, 1}, Width: 4}, Width: 4, Auxiliary: 2}
	return m.Segment(scope, images, classes)
}

// A run on scenes is trained, tested and kept like any other; the mean over classes is that of the classes.
func TestRunOnScenes(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec := segmenting(scenes.Generated)[0]
	spec.Model = colours{}
	done, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	r := done.Record
	if r.Last.MIoU <= 0 || r.Last.MIoU >= 1 || r.Last.Top1 <= 0 || r.Last.Windows != smokeScenes || r.Size != 48 || len(r.Curve) == 0 || !r.Segments() {
		t.Errorf("%+v, last %+v", r, r.Last)
	}
	mean := 0.0
	for _, c := range r.Last.IoU {
		mean += c.IoU / float64(len(r.Last.IoU))
	}
	if math.Abs(mean-r.Last.MIoU) > 1e-9 || r.Last.IoU[0].Class != "ground" {
		t.Errorf("classes %v, mean %v", r.Last.IoU, r.Last.MIoU)
	}
	if again, err := result.Read(done.Dir); err != nil || again.TestError() != 1-r.Last.MIoU {
		t.Errorf("read back %+v, %v", again, err)
	}
}

func TestSegmentationRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*Spec)
		says   string
	}{
		{func(s *Spec) { s.Model = vim2.Nano() }, "the model ViM2-Nano gives no classes to pixels"},
		{func(s *Spec) { s.Data.Scenes.Width = 0 }, "data.scenes.width is 0"},
		{func(s *Spec) { s.Data.Scenes.Limit = -1 }, "data.scenes.limit is -1"},
		{func(s *Spec) { s.Data.Fold = 1 }, "folds are of series"},
		{func(s *Spec) { s.Train.BatchSize = 1000 }, "there are only 400 training pictures of figures"},
	} {
		spec := find(t, "vim2-nano-upernet/figures")
		test.change(&spec)
		if _, err := newSegmentation(spec, scenes.Draw(false)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v; want %q", err, test.says)
		}
	}
	spec := find(t, "vim2-nano-upernet/figures")
	if _, err := newSegmentation(spec, scenes.Draw(true)); err == nil || !strings.Contains(err.Error(), "the pictures of things have objects") {
		t.Errorf("%v", err)
	}
	for path, value := range map[string]string{"model.backbone.conv": "0", "model.width": "8", "data.scenes.flip": "0"} {
		changed, err := spec.Set(path, value)
		if err != nil || sameContent(changed, spec) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if again := find(t, "vim2-nano-upernet/figures"); !sameContent(again, spec) {
		t.Error("a change of a copy changed the spec")
	}
}
