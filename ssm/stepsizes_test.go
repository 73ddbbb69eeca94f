package ssm_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/ssm"
)

// With nothing to select by, the step sizes are the initial ones, between DtMin and DtMax, at every time; and nobody
// collects what nobody asked for.
func TestCollectedStepSizes(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	const length, channels = 5, 6
	cfg := ssm.DefaultConfig()
	var collected ssm.StepSizes
	exec, err := model.NewExec(b, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
		ssm.S6(scope.In("before"), cfg, x, x, nil, false)
		collected = ssm.CollectStepSizes(scope, x.Graph())
		ssm.S6(scope.In("layer"), cfg, x, ZerosLike(x), nil, false)
		return collected["/layer"]
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	x := make([]float32, length*channels)
	for i := range x {
		x[i] = float32(i)
	}
	output, err := exec.Call1(tensors.FromFlatDataAndDimensions(x, 1, length, channels))
	if err != nil {
		t.Fatal(err)
	}
	if len(collected) != 1 {
		t.Errorf("%d layers were collected, want the one built after the call", len(collected))
	}
	steps := tensors.MustCopyFlatData[float32](output)
	for i, delta := range steps {
		if delta < float32(cfg.DtMin)*0.999 || delta > float32(cfg.DtMax)*1.001 || delta != steps[i%channels] {
			t.Errorf("step size %d is %v, want one in [%v, %v] and %v", i, delta, cfg.DtMin, cfg.DtMax, steps[i%channels])
		}
	}
}
