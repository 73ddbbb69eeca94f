package experiments

import (
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/imagefolder"
	"mambamixer/internal/backend"
	"mambamixer/mixer/vision"
)

// The rivals have as many parameters as ViM2 on small pictures, and not much more on large ones, whose patches are larger.
func TestRecognizersAreEqual(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	parameters := func(spec Spec, classes int) (count float64) {
		g, store := NewGraph(b, spec.Name), model.NewStore()
		side := spec.Data.Size()
		spec.Model.(vision.Model).Logits(store.RootScope(), Parameter(g, "x", shapes.Make(dtypes.Float32, 1, side, side, 3)), classes)
		for v := range store.IterVariables() {
			count += float64(v.Shape().Size())
		}
		return count
	}
	for set, most := range map[string]float64{"cifar10": 1.03, "fashion-mnist": 1.03, "tiny-imagenet-20": 1.09, "pets-3": 1.31} {
		info, err := imagefolder.Lookup(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []string{"nano", "micro"} {
			specs := recognizing(set, smallSizes(size))
			want := parameters(specs[0], info.Classes)
			for _, spec := range specs[1:] {
				if ratio := parameters(spec, info.Classes) / want; ratio < 0.97 || ratio > most {
					t.Errorf("%s has %.3f times the parameters of %s", spec.Name, ratio, specs[0].Name)
				}
			}
		}
	}
}

// Every model of a set is trained alike, and the paper tier takes as many times the steps as the set says.
func TestRecognizersTrainAlike(t *testing.T) {
	for _, spec := range recognizers() {
		name := "vim2-nano/"
		if spec.Data.Set == "imagenet" {
			name = "vim2-tiny/"
		}
		first := find(t, name+spec.Data.Set)
		first.Model = spec.Model
		if !sameContent(spec, first) {
			t.Errorf("%s differs in more than the model", spec.Name)
		}
	}
	full, err := find(t, "vim2-nano/cifar10").At(Paper)
	if err != nil || full.Train.Steps != 90*(45000/64) || full.Train.WarmupSteps != 30*find(t, "vim2-nano/cifar10").Train.WarmupSteps {
		t.Errorf("the full training takes %d steps, %d of them warm-up (%v)", full.Train.Steps, full.Train.WarmupSteps, err)
	}
	if full, err = find(t, "vim2-tiny/imagenet").At(Paper); err != nil || full.Train.Steps != 300*1251/4*4 || full.Train.WarmupSteps != 20*1251 {
		t.Errorf("ImageNet takes %d steps, %d of them warm-up (%v)", full.Train.Steps, full.Train.WarmupSteps, err)
	}
}
