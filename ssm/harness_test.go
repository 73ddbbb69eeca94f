package ssm_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/internal/backend"
	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

// problem is a scan that both the graph and the reference compute, with the gradients of the loss
// <y, gy> + <last state, gLast>.
type problem struct {
	in        ssmref.Inputs
	opts      ssm.Options
	gy, gLast []float64 // gLast nil: the loss does not use the last state
}

// result is one of the arrays that a problem gives: y, the last state, or a gradient.
type result struct {
	name   string
	values []float64
}

// newProblem draws the inputs and the gradients that flow in, in values that dtype holds exactly.
func newProblem(dtype dtypes.DType, dims ssmref.Dims, parts ssmref.Optional, opts ssm.Options) problem {
	rng := rand.New(rand.NewPCG(3, 4))
	p := problem{in: ssmref.Random(rng, dims, parts), opts: opts}
	p.gy = ssmref.Normal(rng, dims.Batch*dims.Length*dims.Channels)
	p.gLast = ssmref.Normal(rng, dims.Batch*dims.Channels*dims.State)
	for _, field := range p.in.Fields() {
		roundTo(dtype, field.Values)
	}
	roundTo(dtype, p.gy)
	roundTo(dtype, p.gLast)
	return p
}

func roundTo(dtype dtypes.DType, values []float64) {
	for i, x := range values {
		switch dtype {
		case dtypes.Float32:
			values[i] = float64(float32(x))
		case dtypes.BFloat16:
			values[i] = float64(bfloat16.FromFloat64(x).Float32())
		}
	}
}

// refOptions are the options of p in the reference's terms.
func (p problem) refOptions() ssmref.Options {
	return ssmref.Options{
		DeltaSoftplus: p.opts.DeltaSoftplus,
		Reverse:       p.opts.Reverse,
		ZOH:           p.opts.Discretization == ssm.ZOH,
	}
}

// reference solves p with ssmref.
func (p problem) reference() []result {
	opt := p.refOptions()
	y, last := ssmref.Forward(p.in, opt)
	results := []result{{"y", y}}
	if !p.opts.NoLastState {
		results = append(results, result{"last state", last})
	}
	gradients := ssmref.Backward(p.in, opt, p.gy, p.gLast).Slices()
	for i, field := range p.in.Fields() {
		if field.Values != nil {
			results = append(results, result{"gradient of " + field.Name, gradients[i]})
		}
	}
	return results
}

// graph solves p with ssm.Scan in dtype: the same results in the same order as reference.
func (p problem) graph(t *testing.T, b compute.Backend, dtype dtypes.DType) []result {
	t.Helper()
	if err := p.opts.Unfit(b, dtype); err != nil {
		t.Skipf("%s: %v", p.opts.Method, err)
	}
	args := inputTensors(p.in)
	args = append(args, tensors.FromFlatDataAndDimensions(p.gy, p.in.Batch, p.in.Length, p.in.Channels))
	if p.gLast != nil {
		args = append(args, tensors.FromFlatDataAndDimensions(p.gLast, p.in.Batch, p.in.Channels, p.in.State))
	}
	outputs := run(t, b, func(nodes []*Node) []*Node {
		convertAll(nodes, dtype)
		in, rest := inputNodes(p.in, nodes)
		y, last := ssm.Scan(in, p.opts)
		outputs := []*Node{y}
		if !p.opts.NoLastState {
			outputs = append(outputs, last)
		}
		for _, output := range outputs {
			if output.DType() != dtype {
				t.Errorf("an output of %s inputs is %s", dtype, output.DType())
			}
		}
		loss := ReduceAllSum(Mul(y, rest[0]))
		if p.gLast != nil {
			loss = Add(loss, ReduceAllSum(Mul(last, rest[1])))
		}
		outputs = append(outputs, Gradient(loss, nodes[:len(nodes)-len(rest)]...)...)
		return convertAll(outputs, dtypes.Float64)
	}, args)
	results := []result{{"y", outputs[0]}}
	outputs = outputs[1:]
	if !p.opts.NoLastState {
		results = append(results, result{"last state", outputs[0]})
		outputs = outputs[1:]
	}
	for _, field := range p.in.Fields() {
		if field.Values != nil {
			results = append(results, result{"gradient of " + field.Name, outputs[0]})
			outputs = outputs[1:]
		}
	}
	return results
}

// inputTensors are the inputs that are there, in the order of the struct. One group of B and C is
// given in the short shape [B, L, N].
func inputTensors(in ssmref.Inputs) (args []any) {
	for _, field := range in.Fields() {
		if field.Values == nil {
			continue
		}
		dims := field.Dims
		if len(dims) == 4 && in.Groups == 1 {
			dims = []int{in.Batch, in.Length, in.State}
		}
		args = append(args, tensors.FromFlatDataAndDimensions(field.Values, dims...))
	}
	return args
}

// inputNodes puts nodes, made from inputTensors and more, into the struct; rest are the further ones.
func inputNodes(in ssmref.Inputs, nodes []*Node) (inputs ssm.Inputs, rest []*Node) {
	rest = nodes
	places := []**Node{
		&inputs.U, &inputs.Delta, &inputs.A, &inputs.B, &inputs.C,
		&inputs.D, &inputs.Z, &inputs.DeltaBias, &inputs.InitialState,
	}
	for i, field := range in.Fields() {
		if field.Values != nil {
			*places[i], rest = rest[0], rest[1:]
		}
	}
	return inputs, rest
}

// convertAll replaces the nodes by their conversions to dtype.
func convertAll(nodes []*Node, dtype dtypes.DType) []*Node {
	for i, node := range nodes {
		nodes[i] = ConvertDType(node, dtype)
	}
	return nodes
}

// run compiles fn, runs it once, and returns its float64 outputs.
func run(t *testing.T, b compute.Backend, fn func(nodes []*Node) []*Node, args []any) (outputs [][]float64) {
	t.Helper()
	exec := MustNewExec(b, fn)
	defer exec.Finalize()
	return call(t, exec, args)
}

// call runs exec and returns its float64 outputs.
func call(t *testing.T, exec *Exec, args []any) (outputs [][]float64) {
	t.Helper()
	results, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		outputs = append(outputs, tensors.MustCopyFlatData[float64](result))
		result.MustFinalizeAll()
	}
	return outputs
}

// check compares what the graph gives with the reference and returns the largest relative miss.
func (p problem) check(t *testing.T, dtype dtypes.DType, tolerance float64) float64 {
	t.Helper()
	worst := 0.0
	want := p.reference()
	for i, got := range p.graph(t, openBackend(t, p.opts.Method), dtype) {
		worst = max(worst, mustBeClose(t, got.name, got.values, want[i].values, tolerance))
	}
	return worst
}

// mustBeClose fails when the largest difference is more than tolerance times the largest wanted
// value. It returns their ratio, 0 for equal arrays.
func mustBeClose(t *testing.T, what string, got, want []float64, tolerance float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	miss, scale := 0.0, 0.0
	for i := range want {
		miss = max(miss, math.Abs(got[i]-want[i]))
		scale = max(scale, math.Abs(want[i]))
	}
	if !(miss <= tolerance*scale) {
		t.Errorf("%s is off by %.2g of its largest value, more than %.2g", what, miss/scale, tolerance)
	}
	if miss == 0 {
		return 0
	}
	return miss / scale
}

// openBackend opens the backend, and skips the test where the method can't be had: kernels on a GPU, loops in pure Go.
func openBackend(t *testing.T, method ssm.Method) compute.Backend {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatalf("no backend: %v", err)
	}
	if err := (ssm.Options{Method: method}).Unfit(b, dtypes.Float32); err != nil {
		t.Skipf("%s: %v", method, err)
	}
	return b
}

// combine is p*a + q*b.
func combine(p float64, a []float64, q float64, b []float64) []float64 {
	sum := make([]float64, len(a))
	for i := range a {
		sum[i] = p*a[i] + q*b[i]
	}
	return sum
}
