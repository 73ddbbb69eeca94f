package experiments

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/synth"
	"mambamixer/experiments/flops"
	"mambamixer/internal/backend"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/vision"
)

// gradientFLOPs counts the operations of a model's loss and gradients on a batch.
func gradientFLOPs(t *testing.T, spec Spec, batch, variates int) int64 {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	g, store := NewGraph(b, "counted"), model.NewStore()
	store.SetTraining(g, true)
	var output *Node
	switch m := spec.Model.(type) {
	case Forecaster:
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, batch, spec.Data.History, variates))
		output = m.Forecast(store.RootScope(), x, spec.Data.Horizon)
	case vision.Model:
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, batch, spec.Data.Size(), spec.Data.Size(), 3))
		output = m.Logits(store.RootScope(), x, 10)
	case vision.Segmenter:
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, batch, spec.Data.Scenes.Height, spec.Data.Scenes.Width, 3))
		logits, auxiliary := m.Segment(store.RootScope(), x, 10)
		output = Add(logits, auxiliary)
	}
	loss := ReduceAllMean(Square(output))
	var weights []*Node
	for v := range store.IterVariables() {
		if v.Trainable && v.InUseByGraph(g) {
			weights = append(weights, v.NodeValue(g))
		}
	}
	count, err := flops.Count(append(Gradient(loss, weights...), loss)...)
	if err != nil {
		t.Errorf("%s: %v", spec.Name, err)
	}
	return count
}

// The count of a forward pass is what TSM2's own formula says, which leaves norms and averages out, and a bit more.
func TestCountAgreesWithFormula(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec := find(t, "tsm2/ETTh1/96")
	const batch, variates = 4, 7
	g, store := NewGraph(b, "counted"), model.NewStore()
	x := Parameter(g, "x", shapes.Make(dtypes.Float32, batch, spec.Data.History, variates))
	count, err := flops.Count(spec.Model.(Forecaster).Forecast(store.RootScope(), x, spec.Data.Horizon))
	if err != nil {
		t.Fatal(err)
	}
	formula := spec.Model.(tsm2Model).Cost(batch, spec.Data.History, spec.Data.Horizon, variates).FLOPs
	if ratio := float64(count) / float64(formula); ratio < 1 || ratio > 1.2 {
		t.Errorf("counted %d, by the formula %d", count, formula)
	}
}

// Every model that is trained can be counted, but for detectors: how often boxes take away one another depends on the picture.
func TestEveryModelIsCounted(t *testing.T) {
	seen := map[string]bool{}
	for _, spec := range All() {
		model := fmt.Sprintf("%s %T", spec.Kind, spec.Model) // a kind can classify pictures and their pixels
		if _, detects := spec.Model.(maskrcnn.Detector); spec.Train == nil || detects || seen[model] {
			continue
		}
		seen[model] = true
		if count := gradientFLOPs(t, spec, 2, 3); count <= 0 {
			t.Errorf("%s: %d operations", spec.Name, count)
		}
	}
}

// Every entry fits its data, and the row is the size along the axis that the section names.
func TestCostEntries(t *testing.T) {
	study, err := FindStudy("cost")
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]*Source{}
	count := map[string]int{}
	for _, entry := range study.Entries(CPU) {
		data := entry.Spec.Data
		if sets[data.Set] == nil {
			if sets[data.Set], err = data.Load(nil); err != nil {
				t.Fatal(err)
			}
		}
		set := sets[data.Set]
		if _, err := entry.Spec.Check(CPU, set); err != nil || !set.Identity.Synthetic {
			t.Errorf("%s: %v, synthetic %v", entry.Spec.Name, err, set.Identity.Synthetic)
		}
		size := map[string]int{"history": data.History, "variates": set.series.Variates, "horizon": data.Horizon}
		if entry.Row != strconv.Itoa(size[entry.Section]) {
			t.Errorf("%s stands at %s %s", entry.Spec.Name, entry.Section, entry.Row)
		}
		delete(size, entry.Section)
		for axis, first := range map[string]int{"history": costHistories[0], "variates": costVariates[0], "horizon": costHorizons[0]} {
			if other, found := size[axis]; found && other != first {
				t.Errorf("%s has %s %d while %s grows", entry.Spec.Name, axis, other, entry.Section)
			}
		}
		if entry.Spec.Train.EvalEvery != 0 || entry.Spec.Train.BatchSize != 32 {
			t.Errorf("%s evaluates every %d steps, batch %d", entry.Spec.Name, entry.Spec.Train.EvalEvery, entry.Spec.Train.BatchSize)
		}
		count[entry.Section]++
	}
	for axis, sizes := range map[string][]int{"history": costHistories, "variates": costVariates, "horizon": costHorizons} {
		if count[axis] != len(sizes)*len(costModels) {
			t.Errorf("%d entries along %s", count[axis], axis)
		}
	}
	smoke := study.Entries(Smoke)
	if len(smoke) != 3*len(costModels) || slices.ContainsFunc(smoke, func(e Entry) bool { return e.Spec.Data != smoke[0].Spec.Data }) {
		t.Errorf("the smoke tier has %d entries; it takes the point where the axes meet", len(smoke))
	}
}

// What the study is about: operations per variate stay the same for TSM2 and grow for attention over variates, and those
// per time step stay the same for TSM2 and grow for attention over patches.
func TestCostGrowth(t *testing.T) {
	for _, test := range []struct {
		name              string
		history, variates [2]int
		low, high         float64
	}{
		{"tsm2/noise-7/96", [2]int{96, 96}, [2]int{1024, 2048}, 1.99, 2.01},
		{"transformer/noise-7/96", [2]int{96, 96}, [2]int{1024, 2048}, 3, 4},
		{"tsm2/noise-7/96", [2]int{1536, 3072}, [2]int{7, 7}, 1.97, 2.01},
		{"patchtst/noise-7/96", [2]int{1536, 3072}, [2]int{7, 7}, 3, 4},
	} {
		var counts [2]float64
		for i := range counts {
			spec := find(t, test.name)
			spec.Data.History = test.history[i]
			counts[i] = float64(gradientFLOPs(t, spec, 1, test.variates[i]))
		}
		if ratio := counts[1] / counts[0]; ratio < test.low || ratio > test.high {
			t.Errorf("%s, history %v, variates %v: twice the size takes %.3f times the operations, want %v to %v",
				test.name, test.history, test.variates, ratio, test.low, test.high)
		}
	}
}

// The records of ordinary runs say what a step costs.
func TestCostRuns(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"transformer/noise-7/96", "tsm2/noise-7/96"} {
		spec := find(t, name)
		finished, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		r := finished.Record
		if !(r.StepSeconds > 0 && r.StepSeconds*smokeSteps < r.Seconds && r.StepIQR > 0) {
			t.Errorf("%s: a step takes %v s, quartiles %v s apart, all of it %v s", name, r.StepSeconds, r.StepIQR, r.Seconds)
		}
		model := gradientFLOPs(t, spec, spec.Train.BatchSize, costVariates[0])
		optimizer := r.StepFLOPs - model
		if per := float64(optimizer) / float64(r.Parameters); per < 10 || per > 30 {
			t.Errorf("%s: a step takes %d operations, %d for loss and gradients; %.1f for each parameter are left", name, r.StepFLOPs, model, per)
		}
		if _, found := synth.FindNoise(r.Data.Name); !found || !r.Data.Synthetic || r.PeakRSS == 0 {
			t.Errorf("%s: data %+v, memory %d", name, r.Data, r.PeakRSS)
		}
	}
}
