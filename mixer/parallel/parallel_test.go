package parallel

import (
	"math"
	"testing"

	"github.com/gomlx/compute/distributed"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/internal/backend"
)

// Two devices with half a batch each find the variance of all of it, and its gradient, as one device does. A mean over
// the devices inside a mean over the devices tells whether the gradient crosses from one to the other.
func TestMean(t *testing.T) {
	variance := func(x *Node) *Node {
		mean := Mean(ReduceAllMean(x))[0]
		return Mean(ReduceAllMean(Square(Sub(x, mean))))[0]
	}
	x := []float64{1, 5, -2, 8, 3, 4.5}
	one, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	both := func(x *Node) []*Node { v := Exp(variance(MulScalar(x, 0.3))); return []*Node{v, Gradient(v, x)[0]} }
	want := flatten(t, MustNewExec(one, both), x)

	two, err := backend.OpenDevices(2)
	if err != nil {
		t.Skip(err)
	}
	mesh, err := distributed.NewDeviceMesh([]int{2}, []string{"batch"})
	if err != nil {
		t.Fatal(err)
	}
	shared := MustNewExec(two, func(x, part *Node) []*Node {
		Share(x.Graph(), part)
		outputs := both(x)
		return []*Node{outputs[0], DivScalar(outputs[1], 2)} // the gradient is that of the sum of both devices' results
	}).SPMD(mesh)
	got := flatten(t, shared, x[:3], int32(0), x[3:], int32(1)) // value and gradient of the one, then of the other
	for i, value := range []float64{want[0], want[1], want[2], want[3], want[0], want[4], want[5], want[6]} {
		if math.Abs(got[i]-value) > 1e-12*math.Abs(value) {
			t.Errorf("number %d is %v, on one device %v", i, got[i], value)
		}
	}
}

func flatten(t *testing.T, exec *Exec, args ...any) (all []float64) {
	t.Helper()
	outputs, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range outputs {
		values, err := tensors.CopyFlatData[float64](output)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, values...)
	}
	return all
}
