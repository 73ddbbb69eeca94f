package bench

import (
	"context"
	"fmt"
	"io"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
	"mambamixer/ssm"
	"mambamixer/ssm/fused/kernel"
)

// convolution is a depthwise convolution with bias and SiLU: a causal one of [B, L, D] or one of images [B, H, W, C].
type convolution struct{ shape, taps []int }

func (c convolution) String() string {
	if len(c.taps) == 1 {
		return fmt.Sprintf("%s, %d taps", dimensions(c.shape), c.taps[0])
	}
	return fmt.Sprintf("%s, %d x %d taps", dimensions(c.shape), c.taps[0], c.taps[1])
}

// part is the convolution as a part of a model.
func (c convolution) part(of string, count int, method ssm.Method) part {
	channels := c.shape[len(c.shape)-1]
	convolve := ssm.CausalConvolve
	if len(c.taps) == 2 {
		convolve = ssm.ConvolveImages
	}
	build := func(_ *model.Scope, in []*Node) *Node {
		return convolve(in[0], in[1], in[2], ssm.ConvOptions{SiLU: true, Method: method})
	}
	others := func() []*tensors.Tensor {
		return []*tensors.Tensor{normal(append(c.taps, channels)...), normal(channels)}
	}
	return part{"conv", of, count, c.shape, c.shape, build, others}
}

// memory is the shortest time in milliseconds by the bytes that must be moved: forward reads x and writes y; training
// does that, reads x and the gradient of y, and writes that of x.
func (l limits) convMemory(c convolution, p pass) float64 {
	numbers := 2
	if p == training {
		numbers = 5
	}
	for _, size := range c.shape {
		numbers *= size
	}
	return 1e3 * float64(4*numbers) / l.bandwidth
}

// convReport is what is measured of the convolutions.
type convReport struct {
	limits limits
	convs  []convolution
	times  []map[pass]map[ssm.Method]sample // by convolution
}

// Conv times depthwise convolutions with SiLU in the kernels and in the graph, forward and, as in a training step, forward
// and backward, and says how far the kernels are from what the memory allows.
func Conv(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	r, err := measureConvs(ctx, b, opts.plan, measureLimits(opts.plan.triadBytes, opts.plan.instructions))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s; milliseconds, median [range]\n\n%s", newEnv(b).Summary(), r.table().Text())
	return err
}

func measureConvs(ctx context.Context, b compute.Backend, pl plan, l limits) (*convReport, error) {
	methods := []ssm.Method{ssm.Sequential}
	if hasKernels(b) {
		methods = append(methods, ssm.Fused)
	}
	r := &convReport{limits: l, convs: pl.convs}
	for _, c := range pl.convs {
		times := map[pass]map[ssm.Method]sample{forward: {}, training: {}}
		for _, p := range passes {
			for _, method := range methods {
				s, err := c.part("", 1, method).measure(ctx, b, p)
				if err != nil {
					return nil, fmt.Errorf("convolution of %s, %s: %w", c, p, err)
				}
				times[p][method] = s
			}
		}
		r.times = append(r.times, times)
	}
	return r, nil
}

func (r *convReport) table() *result.Table {
	table := &result.Table{
		Title: "Depthwise convolutions with bias and SiLU",
		Columns: []result.Column{{Name: "of"}, {Name: "pass"}, {Name: "kernels ms", Right: true}, {Name: "graph ms", Right: true},
			{Name: "x graph", Right: true}, {Name: "memory limit", Right: true}, {Name: "x limit", Right: true}},
		Notes: []string{fmt.Sprintf("Forward+backward is as in a training step: y, and given the gradient of y those of x, taps and bias. Memory triad, on %d threads: "+
			"%.1f GB/s; what the caches hold between calls is faster.", kernel.Threads(), r.limits.bandwidth/1e9)},
	}
	for i, c := range r.convs {
		for _, p := range passes {
			ours, graph, memory := r.times[i][p][ssm.Fused], r.times[i][p][ssm.Sequential], r.limits.convMemory(c, p)
			table.Add(c.String(), string(p), ours.String(), graph.String(), ratio(graph, ours), number(memory), number(times(ours, sample{memory})))
		}
	}
	return table
}
