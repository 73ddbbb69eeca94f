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
func TestSelections(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	const length, channels = 5, 6
	cfg := ssm.DefaultConfig()
	var collected ssm.Selections
	exec, err := model.NewExec(b, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
		ssm.S6(scope.In("before"), cfg, x, x, nil, false)
		collected = ssm.CollectSelections(scope, x.Graph())
		ssm.S6(scope.In("layer"), cfg, x, ZerosLike(x), nil, false)
		return collected["/layer"].Delta
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

// TestStates reads out the states by C, which with the skip of D = 1 is what the layer gives, in both directions.
func TestStates(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, reverse := range []bool{false, true} {
		for _, discretization := range []ssm.Discretization{ssm.Euler, ssm.ZOH} {
			cfg := ssm.DefaultConfig()
			cfg.Discretization = discretization
			exec, err := model.NewExec(b, model.NewStore(), func(scope *model.Scope, x *Node) []*Node {
				collected := ssm.CollectSelections(scope, x.Graph())
				y := ssm.S6(scope.In("layer"), cfg, x, x, nil, reverse)
				s := collected["/layer"]
				read := Einsum("bten,btn->bte", s.States(), s.C)
				return []*Node{y, Add(read, x)}
			})
			if err != nil {
				t.Fatal(err)
			}
			defer exec.Finalize()
			x := make([]float32, 2*5*6)
			for i := range x {
				x[i] = float32(i%7) - 3
			}
			outputs, err := exec.Call(tensors.FromFlatDataAndDimensions(x, 2, 5, 6))
			if err != nil {
				t.Fatal(err)
			}
			want, got := tensors.MustCopyFlatData[float32](outputs[0]), tensors.MustCopyFlatData[float32](outputs[1])
			for i := range want {
				if diff := want[i] - got[i]; diff > 1e-5 || diff < -1e-5 {
					t.Fatalf("reverse %v, %s: output %d is %v, read out of the states %v", reverse, discretization, i, want[i], got[i])
				}
			}
		}
	}
}
