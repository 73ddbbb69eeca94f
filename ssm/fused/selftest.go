package fused

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// selfTest runs the forward and the backward kernel once on this backend and holds them against the recurrence written
// out: with A = -1, B = C = 1 and two steps, h_1 = Δ_1 u_1 and h_2 = exp(-Δ_2) h_1 + Δ_2 u_2.
func selfTest(backend compute.Backend) error {
	u, delta := []float32{1, 2}, []float32{0.5, 0.25}
	decay := math.Exp(-float64(delta[1]))
	h1 := float64(delta[0] * u[0])
	h2 := decay*h1 + float64(delta[1]*u[1])
	want := []float64{h1, h2, float64(delta[0]) * (1 + decay), float64(delta[1])} // y, and the gradient of Σ y by u

	outputs, err := CallOnceN(backend, func(u, delta *Node) []*Node {
		g := u.Graph()
		one := Const(g, [][][][]float32{{{{1}}, {{1}}}})
		in := Inputs{U: u, Delta: delta, A: Const(g, [][]float32{{-1}}), B: one, C: one}
		y, last, starts := Forward(in, Options{}, true)
		return []*Node{y, Backward(in, Options{}, starts, OnesLike(y), ZerosLike(last))[0]}
	}, tensors.FromFlatDataAndDimensions(u, 1, 2, 1), tensors.FromFlatDataAndDimensions(delta, 1, 2, 1))
	if err != nil {
		return fmt.Errorf("the self-test can't be run: %w", err)
	}
	var got []float32
	for _, output := range outputs {
		values, err := tensors.CopyFlatData[float32](output)
		if err != nil {
			return fmt.Errorf("the self-test can't be read: %w", err)
		}
		got = append(got, values...)
		output.FinalizeAll()
	}
	for i, value := range got {
		if !(math.Abs(float64(value)-want[i]) < 1e-5) {
			return fmt.Errorf("the self-test gave %v where %v is right: this go-xla writes programs in a form that is not understood", got, want)
		}
	}
	return nil
}
