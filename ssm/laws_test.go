package ssm_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

// The laws hold for every method with all options on. They compare the graph with itself, not with the reference.

// lawProblem has all options that the method knows, but runs forward.
func lawProblem(method ssm.Method, dtype dtypes.DType) problem {
	set := everything(method)
	set.reverse = false
	dims := ssmref.Dims{Batch: 2, Length: 9, Channels: 4, State: 3, Groups: set.groups}
	return newProblem(dtype, dims, set.Optional, set.options(method))
}

// scanner compiles the float32 scan of p once per shape; the function it returns runs it on other inputs.
func (p problem) scanner(t *testing.T) func(in ssmref.Inputs) (y, last []float64) {
	t.Helper()
	exec := MustNewExec(openBackend(t, p.opts.Method), func(nodes []*Node) []*Node {
		inputs, _ := inputNodes(p.in, convertAll(nodes, dtypes.Float32))
		y, last := ssm.Scan(inputs, p.opts)
		return convertAll([]*Node{y, last}, dtypes.Float64)
	})
	t.Cleanup(exec.Finalize)
	return func(in ssmref.Inputs) (y, last []float64) {
		outputs := call(t, exec, inputTensors(in))
		return outputs[0], outputs[1]
	}
}

// TestScanLinear: from a zero state, y and the last state are linear in u.
func TestScanLinear(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
		p := lawProblem(method, dtypes.Float32)
		p.in.InitialState = nil
		scan := p.scanner(t)
		other, sum := p.in, p.in
		other.U = ssmref.Normal(rand.New(rand.NewPCG(5, 6)), len(p.in.U))
		sum.U = combine(3, p.in.U, -2, other.U)
		y, last := scan(p.in)
		otherY, otherLast := scan(other)
		sumY, sumLast := scan(sum)
		return max(
			mustBeClose(t, "y", sumY, combine(3, y, -2, otherY), tolerance32),
			mustBeClose(t, "last state", sumLast, combine(3, last, -2, otherLast), tolerance32))
	})
}

// TestScanCausal: changing u at a step leaves every bit of the earlier outputs, and changes the later ones.
func TestScanCausal(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
		p := lawProblem(method, dtypes.Float32)
		scan := p.scanner(t)
		y, _ := scan(p.in)
		for at := range p.in.Length {
			changed := p.in
			changed.U = slices.Clone(p.in.U)
			changed.U[at*p.in.Channels]++ // sequence 0, channel 0
			changedY, _ := scan(changed)
			for step := range p.in.Length {
				i := step * p.in.Channels
				if step < at && !slices.Equal(changedY[i:i+p.in.Channels], y[i:i+p.in.Channels]) {
					t.Errorf("y at step %d depends on u at the later step %d", step, at)
				}
				if step >= at && changedY[i] == y[i] {
					t.Errorf("y at step %d does not depend on u at step %d", step, at)
				}
			}
		}
		return 0
	})
}

// TestScanReverse: the reversed scan is the scan of the flipped sequence, flipped back.
func TestScanReverse(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
		p := lawProblem(method, dtypes.Float32)
		flippedY, flippedLast := p.scanner(t)(p.alongTime(func(steps [][]float64) [][]float64 {
			slices.Reverse(steps)
			return steps
		}))
		p.opts.Reverse = true
		y, last := p.scanner(t)(p.in)
		var want []float64
		for sequence := range slices.Chunk(flippedY, len(y)/p.in.Batch) {
			steps := slices.Collect(slices.Chunk(sequence, p.in.Channels))
			slices.Reverse(steps)
			want = append(want, slices.Concat(steps...)...)
		}
		return max(mustBeClose(t, "y", y, want, tolerance32), mustBeClose(t, "last state", last, flippedLast, tolerance32))
	})
}

// TestScanSplit: scanning two parts one after the other, with the state carried over, is scanning the whole.
func TestScanSplit(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) (worst float64) {
		p := lawProblem(method, dtypes.Float32)
		scan := p.scanner(t)
		y, last := scan(p.in)
		for _, at := range []int{1, 4, 6} {
			headY, state := scan(p.alongTime(func(steps [][]float64) [][]float64 { return steps[:at] }))
			tail := p.alongTime(func(steps [][]float64) [][]float64 { return steps[at:] })
			tail.InitialState = state
			tailY, tailLast := scan(tail)
			var joined []float64
			for b := range p.in.Batch {
				head, rest := at*p.in.Channels, (p.in.Length-at)*p.in.Channels
				joined = append(joined, headY[b*head:][:head]...)
				joined = append(joined, tailY[b*rest:][:rest]...)
			}
			worst = max(worst,
				mustBeClose(t, "y", joined, y, tolerance32),
				mustBeClose(t, "last state", tailLast, last, tolerance32))
		}
		return worst
	})
}

// TestStep: one step after the other, Step gives what Scan gives.
func TestStep(t *testing.T) {
	for name, set := range map[string]optionSet{"bare": bare, "everything": everything(ssm.Sequential)} {
		t.Run(name, func(t *testing.T) {
			dims := ssmref.Dims{Batch: 2, Length: 5, Channels: 4, State: 3, Groups: set.groups}
			p := newProblem(dtypes.Float32, dims, set.Optional, set.options(ssm.Auto))
			p.in.InitialState = make([]float64, dims.Batch*dims.Channels*dims.State)
			p.opts.Reverse = false
			y, last := p.scanner(t)(p.in)

			exec := MustNewExec(openBackend(t, ssm.Auto), func(nodes []*Node) []*Node {
				in, _ := inputNodes(p.in, convertAll(nodes, dtypes.Float32))
				for _, field := range []**Node{&in.U, &in.Delta, &in.B, &in.C, &in.Z} {
					if *field != nil {
						*field = Squeeze(*field, 1)
					}
				}
				stepY, next := ssm.Step(in, p.opts)
				return convertAll([]*Node{stepY, next}, dtypes.Float64)
			})
			defer exec.Finalize()
			state := p.in.InitialState
			for at := range dims.Length {
				in := p.alongTime(func(steps [][]float64) [][]float64 { return steps[at : at+1] })
				in.InitialState = state
				outputs := call(t, exec, inputTensors(in))
				state = outputs[1]
				for b := range dims.Batch {
					want := y[(b*dims.Length+at)*dims.Channels:][:dims.Channels]
					mustBeClose(t, "y", outputs[0][b*dims.Channels:][:dims.Channels], want, tolerance32)
				}
			}
			mustBeClose(t, "last state", state, last, tolerance32)
		})
	}
}

// TestScansInOneGraph: a scan of a scan's output, in the other direction, has the gradient that the chain
// rule gives. Two loops in one graph must not share what belongs to one of them, in any precision: in
// bfloat16 the state has another dtype than the rest of the graph. The output between the scans is then
// rounded at 2^-8, which the second scan may add up.
func TestScansInOneGraph(t *testing.T) {
	for _, precision := range []struct {
		dtype     dtypes.DType
		tolerance float64
	}{{dtypes.Float32, tolerance32}, {dtypes.BFloat16, 1e-2}} {
		t.Run(precision.dtype.String(), func(t *testing.T) {
			eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
				return checkTwoScans(t, lawProblem(method, precision.dtype), precision.dtype, precision.tolerance)
			})
		})
	}
}

func checkTwoScans(t *testing.T, p problem, dtype dtypes.DType, tolerance float64) float64 {
	t.Helper()
	forth := p.refOptions()
	back := forth
	back.Reverse = true
	second := p.in
	second.U, _ = ssmref.Forward(p.in, forth)
	wantY, _ := ssmref.Forward(second, back)
	outer := ssmref.Backward(second, back, p.gy, nil)
	inner := ssmref.Backward(p.in, forth, outer.U, nil)
	wantA := combine(1, outer.A, 1, inner.A)

	gy := tensors.FromFlatDataAndDimensions(p.gy, p.in.Batch, p.in.Length, p.in.Channels)
	outputs := run(t, openBackend(t, p.opts.Method), func(nodes []*Node) []*Node {
		in, rest := inputNodes(p.in, convertAll(nodes, dtype))
		u := in.U
		in.U, _ = ssm.Scan(in, p.opts)
		reversed := p.opts
		reversed.Reverse = true
		y, _ := ssm.Scan(in, reversed)
		gradients := Gradient(ReduceAllSum(Mul(y, rest[0])), u, in.A)
		return convertAll(append([]*Node{y}, gradients...), dtypes.Float64)
	}, append(inputTensors(p.in), gy))
	return max(
		mustBeClose(t, "y", outputs[0], wantY, tolerance),
		mustBeClose(t, "gradient of U", outputs[1], inner.U, tolerance),
		mustBeClose(t, "gradient of A", outputs[2], wantA, tolerance))
}

// TestScanCheckpoint: a scan inside a checkpointed block, whose states are recomputed in the backward pass, has
// the same gradients.
func TestScanCheckpoint(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
		p := lawProblem(method, dtypes.Float32)
		want := ssmref.Backward(p.in, p.refOptions(), p.gy, nil)
		gy := tensors.FromFlatDataAndDimensions(p.gy, p.in.Batch, p.in.Length, p.in.Channels)
		outputs := run(t, openBackend(t, method), func(nodes []*Node) []*Node {
			in, rest := inputNodes(p.in, convertAll(nodes, dtypes.Float32))
			u, a := in.U, in.A
			in.U = u.Checkpoint()
			y, _ := ssm.Scan(in, p.opts)
			loss := ReduceAllSum(Mul(y.StopCheckpoint(), rest[0]))
			return convertAll(Gradient(loss, u, a), dtypes.Float64)
		}, append(inputTensors(p.in), gy))
		return max(
			mustBeClose(t, "gradient of U", outputs[0], want.U, tolerance32),
			mustBeClose(t, "gradient of A", outputs[1], want.A, tolerance32))
	})
}

// alongTime returns the inputs of p with every array that has a time axis changed by fn, which gets the
// steps of one sequence.
func (p problem) alongTime(fn func(steps [][]float64) [][]float64) ssmref.Inputs {
	in := p.in
	for _, field := range []*[]float64{&in.U, &in.Delta, &in.B, &in.C, &in.Z} {
		if *field == nil {
			continue
		}
		var changed []float64
		for sequence := range slices.Chunk(*field, len(*field)/in.Batch) {
			steps := fn(slices.Collect(slices.Chunk(sequence, len(sequence)/p.in.Length)))
			in.Length = len(steps)
			changed = append(changed, slices.Concat(steps...)...)
		}
		*field = changed
	}
	return in
}
