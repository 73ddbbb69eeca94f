package flops

import (
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/internal/backend"
	"mambamixer/ssm"
)

// float gives a parameter of the graph.
func float(g *Graph, name string, dims ...int) *Node {
	return Parameter(g, name, shapes.Make(dtypes.Float32, dims...))
}

func newGraph(t *testing.T) *Graph {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	return NewGraph(b, "counted")
}

func TestKnownCounts(t *testing.T) {
	for _, test := range []struct {
		name  string
		build func(g *Graph) []*Node
		want  int64
	}{
		{"linear map", func(g *Graph) []*Node {
			return []*Node{Add(MatMul(float(g, "x", 5, 3), float(g, "w", 3, 4)), float(g, "b", 5, 4))}
		}, 2*5*3*4 + 5*4},
		{"linear map and its gradients", func(g *Graph) []*Node {
			x, w := float(g, "x", 5, 3), float(g, "w", 3, 4)
			return Gradient(ReduceAllSum(MatMul(x, w)), x, w)
		}, 2 * (2 * 5 * 3 * 4)}, // the loss is not needed, the products with its gradient are
		{"batches and two contracted axes", func(g *Graph) []*Node {
			return []*Node{Einsum("bijk,bjkl->bil", float(g, "x", 2, 3, 4, 5), float(g, "y", 2, 4, 5, 6))}
		}, 2 * (2 * 3 * 6) * (4 * 5)},
		{"convolution with stride", func(g *Graph) []*Node {
			x, kernel := float(g, "x", 2, 6, 6, 3), float(g, "kernel", 3, 3, 3, 5)
			return []*Node{Convolve(x, kernel).Strides(2).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done()}
		}, 2 * (2 * 3 * 3 * 5) * (3 * 3 * 3)},
		{"gradients of a convolution with stride", func(g *Graph) []*Node {
			x, kernel := float(g, "x", 2, 6, 6, 3), float(g, "kernel", 3, 3, 3, 5)
			y := Convolve(x, kernel).Strides(2).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done()
			return Gradient(ReduceAllSum(y), x, kernel)
		}, 2 * 2 * (2 * 3 * 3 * 5) * (3 * 3 * 3)}, // each as many as forward
		{"pooling and its gradient", func(g *Graph) []*Node {
			x := float(g, "x", 2, 6, 6, 3)
			y := MaxPool(x).Window(3).Strides(2).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done()
			return []*Node{y, Gradient(ReduceAllSum(y), x)[0]}
		}, 2 * (2 * 3 * 3 * 3) * (3 * 3)},
		{"elementwise and reduction", func(g *Graph) []*Node {
			x := float(g, "x", 10, 7)
			return []*Node{ReduceSum(Exp(Mul(x, x)), 1)}
		}, 3 * 70},
		{"shared and unused nodes", func(g *Graph) []*Node {
			x := Sqrt(float(g, "x", 8))
			Exp(x)
			return []*Node{Add(x, x), Neg(x)}
		}, 3 * 8},
		{"what only moves values", func(g *Graph) []*Node {
			x := float(g, "x", 4, 6)
			return []*Node{Reshape(TransposeAllAxes(Slice(x, AxisRange(0, 2)), 1, 0), 12), BroadcastToDims(Iota(g, shapes.Make(dtypes.Float32, 3), 0), 3)}
		}, 0},
		{"integers", func(g *Graph) []*Node {
			return []*Node{MulScalar(Iota(g, shapes.Make(dtypes.Int32, 9), 0), 3)}
		}, 0},
		{"loop", func(g *Graph) []*Node {
			x, outside := float(g, "x", 6), Exp(float(g, "y", 6))
			state := func(g *Graph) (i, s *Node) {
				return Parameter(g, "i", shapes.Make(dtypes.Int32)), Parameter(g, "s", x.Shape())
			}
			cond := NewClosure(g, func(g *Graph) []*Node {
				i, _ := state(g)
				return []*Node{LessThan(i, Const(g, int32(7)))}
			})
			x = Neg(x)
			body := NewClosure(g, func(g *Graph) []*Node {
				i, x := state(g)
				return []*Node{Add(i, Const(g, int32(1))), Mul(Sqrt(x), x)}
			})
			return []*Node{While(cond, body, Const(g, int32(2)), Add(x, outside))[1]}
		}, 3*6 + 5*(2*6)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Count(test.build(newGraph(t))...)
			if err != nil || got != test.want {
				t.Errorf("counted %d, want %d; error %v", got, test.want, err)
			}
		})
	}
}

func TestWithoutRule(t *testing.T) {
	g := newGraph(t)
	if _, err := Count(Neg(FFT(ConvertDType(float(g, "x", 8), dtypes.Complex64)))); err == nil || !strings.Contains(err.Error(), "no rule") {
		t.Errorf("an operation without rule: %v", err)
	}
	g = newGraph(t)
	end := Parameter(g, "end", shapes.Make(dtypes.Int32))
	cond := NewClosure(g, func(g *Graph) []*Node {
		return []*Node{LessThan(Parameter(g, "i", end.Shape()), Parameter(g, "end", end.Shape()))}
	})
	body := NewClosure(g, func(g *Graph) []*Node {
		return []*Node{Add(Parameter(g, "i", end.Shape()), Const(g, int32(1))), Parameter(g, "end", end.Shape())}
	})
	if _, err := Count(While(cond, body, Const(g, int32(0)), end)[0]); err == nil || !strings.Contains(err.Error(), "how often") {
		t.Errorf("a loop of unknown length: %v", err)
	}
}

// The methods of the scan compute the same, so they count alike: the kernels as the formulas of package ssm say, the
// graph methods within the work that they do besides.
func TestScan(t *testing.T) {
	const batch, length, channels, state = 2, 24, 8, 4
	want := float64(ssm.ScanCost(batch, length, channels, state, true, true).FLOPs)
	counts := map[ssm.Method][2]float64{}
	for _, method := range []ssm.Method{ssm.Fused, ssm.Sequential} {
		g := newGraph(t)
		if err := (ssm.Options{Method: method}).Unfit(g.Backend(), dtypes.Float32); err != nil {
			t.Skip(err)
		}
		in := ssm.Inputs{U: float(g, "u", batch, length, channels), Delta: float(g, "delta", batch, length, channels), A: float(g, "a", channels, state),
			B: float(g, "b", batch, length, state), C: float(g, "c", batch, length, state), D: float(g, "d", channels), Z: float(g, "z", batch, length, channels)}
		y, _ := ssm.Scan(in, ssm.Options{Method: method})
		forward, err := Count(y)
		if err != nil {
			t.Fatal(err)
		}
		both, err := Count(append(Gradient(ReduceAllSum(y), in.U, in.Delta, in.A, in.B, in.C, in.D, in.Z), y)...)
		if err != nil {
			t.Fatal(err)
		}
		counts[method] = [2]float64{float64(forward), float64(both)}
	}
	if counts[ssm.Fused][0] != want {
		t.Errorf("the kernel's forward pass counts %v, want %v", counts[ssm.Fused][0], want)
	}
	for i, pass := range []string{"forward", "forward and backward"} {
		if ratio := counts[ssm.Sequential][i] / counts[ssm.Fused][i]; ratio < 0.8 || ratio > 1.25 {
			t.Errorf("%s: the sequential method counts %v, the kernels %v", pass, counts[ssm.Sequential][i], counts[ssm.Fused][i])
		}
	}
	t.Log(want, counts)
}
