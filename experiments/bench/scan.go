package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/experiments/result"
	"mambamixer/ssm"
)

// The shape at which scans are compared: a batch of 8 sequences of 256 channels with 16 states each.
const (
	scanBatch    = 8
	scanChannels = 256
	scanState    = 16
)

var scanLengths = []int{96, 196, 784, 3136}

// Scan times every method of the selective scan, forward and forward with backward, over several lengths. The ratio is
// to the associative scan, the form that other frameworks' parallel scans have.
func Scan(ctx context.Context, b compute.Backend, w io.Writer) error {
	fmt.Fprintf(w, "Selective scan, B=%d D=%d N=%d float32 on %s; milliseconds, median [range]\n\n", scanBatch, scanChannels, scanState, b.Description())
	table := &result.Table{Columns: []result.Column{
		{Name: "L", Right: true}, {Name: "method"}, {Name: "forward", Right: true}, {Name: "x assoc.", Right: true},
		{Name: "GFLOP/s", Right: true}, {Name: "forward+backward", Right: true}, {Name: "x assoc.", Right: true},
	}}
	for _, length := range scanLengths {
		times := map[ssm.Method][2]sample{}
		for _, method := range ssm.Methods {
			for pass := range 2 {
				s, err := timeGraph(ctx, b, withGradients(scanOf(method), pass == 1), scanInputs(scanBatch, length, scanChannels, scanState)...)
				if err != nil {
					return fmt.Errorf("method %s at L=%d: %w", method, length, err)
				}
				both := times[method]
				both[pass] = s
				times[method] = both
			}
		}
		flops := float64(ssm.ScanCost(scanBatch, length, scanChannels, scanState, false, false).FLOPs)
		for _, method := range ssm.Methods {
			ours, rival := times[method], times[ssm.Associative]
			table.Add(fmt.Sprint(length), string(method), ours[0].String(), ratio(rival[0], ours[0]),
				fmt.Sprintf("%.1f", flops/ours[0].median()/1e6), ours[1].String(), ratio(rival[1], ours[1]))
		}
	}
	_, err := io.WriteString(w, table.Text())
	return err
}

// ratio says how many times faster ours is than the rival.
func ratio(rival, ours sample) string {
	return fmt.Sprintf("%.1f", rival.median()/ours.median())
}

// scanOf is the scan as a function of u, delta, A_log, B, C.
func scanOf(method ssm.Method) func(inputs []*Node) *Node {
	return func(in []*Node) *Node {
		y, _ := ssm.Scan(ssm.Inputs{U: in[0], Delta: in[1], A: Neg(Exp(in[2])), B: in[3], C: in[4]}, ssm.Options{Method: method, DeltaSoftplus: true})
		return y
	}
}

func scanInputs(batch, length, channels, state int) []*tensors.Tensor {
	return []*tensors.Tensor{normal(batch, length, channels), normal(batch, length, channels), normal(channels, state),
		normal(batch, length, state), normal(batch, length, state)}
}

// normal is a tensor of standard normal numbers, the same on every call.
func normal(dims ...int) *tensors.Tensor {
	rng := rand.New(rand.NewPCG(1, 2))
	size := 1
	for _, d := range dims {
		size *= d
	}
	values := make([]float32, size)
	for i := range values {
		values[i] = float32(rng.NormFloat64())
	}
	return tensors.FromFlatDataAndDimensions(values, dims...)
}
