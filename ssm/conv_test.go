package ssm_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

// newConv draws the inputs of a causal convolution (height 0) or one of images, and the gradient of a loss, in values
// that dtype holds exactly. The window is a square.
func newConv(dtype dtypes.DType, batch, height, width, channels, size int, bias bool, o ssm.ConvOptions) (c ssmref.Conv, gy []float64) {
	c = ssmref.Conv{Batch: batch, Height: height, Width: width, Channels: channels, Rows: size, Columns: size,
		Top: (size - 1) / 2, Left: (size - 1) / 2, SiLU: o.SiLU}
	if height == 0 {
		c.Height, c.Rows, c.Top, c.Left = 1, 1, 0, size-1
	}
	if o.Reverse {
		c.Top, c.Left, c.Mirrored = c.Rows-1-c.Top, c.Columns-1-c.Left, true
	}
	rng := rand.New(rand.NewPCG(5, 6))
	c.X = ssmref.Normal(rng, batch*c.Height*width*channels)
	c.Taps = ssmref.Normal(rng, c.Rows*c.Columns*channels)
	if bias {
		c.Bias = ssmref.Normal(rng, channels)
	}
	gy = ssmref.Normal(rng, len(c.X))
	for _, values := range [][]float64{c.X, c.Taps, c.Bias, gy} {
		roundTo(dtype, values)
	}
	return c, gy
}

// convGraph solves c by ssm: y, and the gradients of x, taps and bias.
func convGraph(t *testing.T, c ssmref.Conv, gy []float64, causal bool, dtype dtypes.DType, o ssm.ConvOptions, checkpoint bool) []result {
	t.Helper()
	xDims, tapsDims, convolve := []int{c.Batch, c.Height, c.Width, c.Channels}, []int{c.Rows, c.Columns, c.Channels}, ssm.ConvolveImages
	if causal {
		xDims, tapsDims, convolve = []int{c.Batch, c.Width, c.Channels}, tapsDims[1:], ssm.CausalConvolve
	}
	args := []any{tensors.FromFlatDataAndDimensions(gy, xDims...), tensors.FromFlatDataAndDimensions(c.X, xDims...),
		tensors.FromFlatDataAndDimensions(c.Taps, tapsDims...)}
	if c.Bias != nil {
		args = append(args, tensors.FromFlatDataAndDimensions(c.Bias, c.Channels))
	}
	outputs := run(t, openBackend(t, o.Method), func(nodes []*Node) []*Node {
		convertAll(nodes, dtype)
		gy, inputs := nodes[0], nodes[1:]
		var bias *Node
		if c.Bias != nil {
			bias = inputs[2]
		}
		x := inputs[0]
		if checkpoint {
			x = x.Checkpoint()
		}
		y := convolve(x, inputs[1], bias, o)
		if y.DType() != dtype {
			t.Errorf("from %s inputs, y is %s", dtype, y.DType())
		}
		if checkpoint {
			y = Sin(y).StopCheckpoint()
		}
		return convertAll(append([]*Node{y}, Gradient(ReduceAllSum(Mul(y, gy)), inputs...)...), dtypes.Float64)
	}, args)
	names := []string{"y", "gradient of x", "gradient of the kernel", "gradient of the bias"}
	var results []result
	for i, output := range outputs {
		results = append(results, result{names[i], output})
	}
	return results
}

// TestConvolve holds the kernels and the graph form against the reference: looking back and ahead, with SiLU and without,
// along sequences longer and shorter than the kernel, and over images.
func TestConvolve(t *testing.T) {
	for _, method := range []ssm.Method{ssm.Fused, ssm.Associative} {
		if err := (ssm.Options{Method: method}).Unfit(openBackend(t, method), dtypes.Float32); err != nil {
			t.Logf("%s: %v", method, err)
			continue
		}
		for bits := range 8 {
			o := ssm.ConvOptions{Method: method, Reverse: bits&1 == 1, SiLU: bits&2 == 2}
			bias := bits&4 == 0
			for i, s := range []struct{ batch, height, width, channels, size int }{
				{3, 0, 9, 20, 4}, {2, 5, 6, 20, 3}, {2, 0, 3, 5, 4}, {1, 4, 4, 3, 4}, {1, 0, 4, 16, 1},
			} {
				if (bits+i)%4 != 0 && (method != ssm.Fused || i > 1) {
					continue // programs take long to compile: not every shape with all options
				}
				for dtype, tolerance := range map[dtypes.DType]float64{dtypes.Float32: 1e-5, dtypes.BFloat16: 0.03} {
					if dtype == dtypes.BFloat16 && bits%4 != 2+i {
						continue
					}
					t.Run(fmt.Sprintf("%+v %v bias %t %s", o, s, bias, dtype), func(t *testing.T) {
						c, gy := newConv(dtype, s.batch, s.height, s.width, s.channels, s.size, bias, o)
						gx, gTaps, gBias := c.Backward(gy)
						want := [][]float64{c.Forward(), gx, gTaps, gBias}
						for i, got := range convGraph(t, c, gy, s.height == 0, dtype, o, false) {
							mustBeClose(t, got.name, got.values, want[i], tolerance)
						}
					})
				}
			}
		}
	}
}

// TestConvolveCheckpoint: a checkpoint, by which a convolution is computed again for the gradient, changes nothing.
func TestConvolveCheckpoint(t *testing.T) {
	for _, method := range []ssm.Method{ssm.Fused, ssm.Associative} {
		o := ssm.ConvOptions{Method: method, SiLU: true}
		if err := (ssm.Options{Method: method}).Unfit(openBackend(t, method), dtypes.Float32); err != nil {
			t.Skip(err)
		}
		c, gy := newConv(dtypes.Float32, 2, 0, 9, 20, 4, true, o)
		got := convGraph(t, c, gy, true, dtypes.Float32, o, true)
		o.Method = ssm.Associative
		for i, want := range convGraph(t, c, gy, true, dtypes.Float32, o, true) {
			mustBeClose(t, want.name, got[i].values, want.values, 1e-5)
		}
	}
}

// TestConvolveMethod: the environment's method decides whether convolutions use kernels, unless their options do.
func TestConvolveMethod(t *testing.T) {
	b := openBackend(t, ssm.Auto)
	if err := (ssm.Options{Method: ssm.Fused}).Unfit(b, dtypes.Float32); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		env    string
		method ssm.Method
		calls  bool
	}{
		{"", "", true}, {"auto", ssm.Auto, true}, {"fused", "", true}, {"sequential", "", false},
		{"associative", ssm.Fused, true}, {"fused", ssm.Chunked, false},
	} {
		t.Setenv(ssm.EnvMethod, c.env)
		g := NewGraph(b, "conv")
		y := ssm.CausalConvolve(zeros(g, 2, 6, 4), zeros(g, 3, 4), nil, ssm.ConvOptions{Method: c.method})
		if calls := strings.Contains(y.Graph().String(), "conv_forward"); calls != c.calls {
			t.Errorf("with %q in the environment and the method %q: kernels %t, want %t", c.env, c.method, calls, c.calls)
		}
		g.Finalize()
	}
}

// TestConvolveBadInputs: what does not fit is refused in a sentence.
func TestConvolveBadInputs(t *testing.T) {
	b := openBackend(t, ssm.Auto)
	for _, c := range []struct {
		want  string
		build func(g *Graph)
	}{
		{"[batch, length, channels]", func(g *Graph) { ssm.CausalConvolve(zeros(g, 2, 6), zeros(g, 3, 4), nil, ssm.ConvOptions{}) }},
		{"[height, width, channels]", func(g *Graph) { ssm.ConvolveImages(zeros(g, 2, 6, 6, 4), zeros(g, 3, 4), nil, ssm.ConvOptions{}) }},
		{"of 4 channels", func(g *Graph) { ssm.CausalConvolve(zeros(g, 2, 6, 4), zeros(g, 3, 5), nil, ssm.ConvOptions{}) }},
		{"of 4 channels", func(g *Graph) {
			ssm.CausalConvolve(zeros(g, 2, 6, 4), zeros(g, 3, 4), zeros(g, 3), ssm.ConvOptions{})
		}},
		{"no axis", func(g *Graph) { ssm.CausalConvolve(zeros(g, 2, 0, 4), zeros(g, 3, 4), nil, ssm.ConvOptions{}) }},
		{"of that dtype", func(g *Graph) {
			ssm.CausalConvolve(zeros(g, 2, 6, 4), ConvertDType(zeros(g, 3, 4), dtypes.Float64), nil, ssm.ConvOptions{})
		}},
		{"did you mean", func(g *Graph) {
			ssm.CausalConvolve(zeros(g, 2, 6, 4), zeros(g, 3, 4), nil, ssm.ConvOptions{Method: "fast"})
		}},
	} {
		g := NewGraph(b, "bad")
		err := exceptions.TryCatch[error](func() { c.build(g) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want an error that says %q", err, c.want)
		}
		g.Finalize()
	}
}
