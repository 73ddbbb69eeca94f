package bench

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
	"mambamixer/mixer"
	"mambamixer/ssm"
)

// part is one kind of operation in a model, with what one instance works on.
type part struct {
	kind, of string // kinds that have kernels: scan, conv, norm; dense has none
	count    int    // instances in the model
	shape    []int  // of the first input
	output   []int  // shape of the output
	build    builder
	others   func() []*tensors.Tensor // the inputs after the first, if any
}

// scanPart has all that the mixers let the scan do: softplus, bias, skip and gate.
func scanPart(of string, count int, d dims) part {
	build := func(_ *model.Scope, in []*Node) *Node {
		y, _ := ssm.Scan(ssm.Inputs{U: in[0], Delta: in[1], A: in[2], B: in[3], C: in[4], Z: in[5], DeltaBias: in[6], D: in[7]},
			ssm.Options{DeltaSoftplus: true})
		return y
	}
	others := func() []*tensors.Tensor { return append(append(d.inputs()[1:], d.extras()...), normal(d.channels)) }
	shape := []int{d.batch, d.length, d.channels}
	return part{"scan", of, count, shape, shape, build, others}
}

func normPart(of string, count int, norm mixer.Norm, axes mixer.Axes, shape ...int) part {
	build := func(scope *model.Scope, in []*Node) *Node { return norm.Apply(scope, in[0], axes) }
	return part{"norm", of, count, shape, shape, build, nil}
}

func densePart(of string, count, rows, in, out int) part {
	build := func(scope *model.Scope, in []*Node) *Node { return ssm.Linear(scope, in[0], false, out) }
	return part{"dense", of, count, []int{rows, in}, []int{rows, out}, build, nil}
}

// mixerParts are those of a number of selective mixers on [batch, length, features].
func mixerParts(of string, count int, m mixer.Mixer, batch, length, features int) []part {
	rows, inner := batch*length, m.Expand*features
	rank := (inner + 31) / 32 // what ssm.Config.DtRank is by default
	scans := count
	if m.Bidirectional {
		scans = 2 * count
	}
	return []part{
		scanPart(of, scans, dims{batch, length, inner, m.SSM.StateSize}),
		convolution{[]int{batch, length, inner}, []int{m.SSM.ConvWidth}}.part(of, scans, ssm.Auto),
		densePart(of+", in-projection", count, rows, features, 2*inner),
		densePart(of+", selection", scans, rows, inner, rank+2*m.SSM.StateSize),
		densePart(of+", step size", scans, rows, rank, inner),
		densePart(of+", out-projection", count, rows, inner, features),
	}
}

// measure times one instance alone as it stands in a model: it computes y and, in a training step, given the gradient of
// y, those of its inputs and parameters.
func (p part) measure(ctx context.Context, b compute.Backend, which pass) (sample, error) {
	inputs := []*tensors.Tensor{normal(p.output...), normal(p.shape...)}
	if p.others != nil {
		inputs = append(inputs, p.others()...)
	}
	return timeOutputs(ctx, b, which, func(scope *model.Scope, in []*Node) []*Node {
		gradY, in := in[0], in[1:]
		y := p.build(scope, in)
		if which == forward {
			return []*Node{y}
		}
		return append(gradients(scope, ReduceAllSum(Mul(y, gradY)), in), y)
	}, inputs)
}

// breakdown is a training step and its parts, each alone, with the kernels and with the sequential method, which does
// without any.
type breakdown struct {
	title   string
	methods []ssm.Method // that were timed, the one that counts first
	parts   []part
	whole   map[ssm.Method]sample
	alone   []map[ssm.Method]sample // by part; dense parts have the first method only
}

// breakDown times a step before and after its parts, the methods taking turns.
func breakDown(ctx context.Context, b compute.Backend, title string, parts []part, step func() (sample, error)) (*breakdown, error) {
	k := &breakdown{title: title, parts: parts, methods: []ssm.Method{ssm.Auto}, whole: map[ssm.Method]sample{}}
	if hasKernels(b) {
		k.methods = []ssm.Method{ssm.Fused, ssm.Sequential}
	}
	if err := k.measureWhole(step); err != nil {
		return nil, err
	}
	for _, p := range parts {
		alone, err := k.measureAlone(ctx, b, p)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", p.kind, p.of, err)
		}
		k.alone = append(k.alone, alone)
	}
	return k, k.measureWhole(step)
}

func (k *breakdown) measureWhole(step func() (sample, error)) error {
	for _, method := range k.methods {
		s, err := under(method, step)
		if err != nil {
			return err
		}
		k.whole[method] = append(k.whole[method], s...)
		slices.Sort(k.whole[method])
	}
	return nil
}

func (k *breakdown) measureAlone(ctx context.Context, b compute.Backend, p part) (map[ssm.Method]sample, error) {
	alone := map[ssm.Method]sample{}
	for i, method := range k.methods {
		if i > 0 && p.kind == "dense" {
			break
		}
		s, err := under(method, func() (sample, error) { return p.measure(ctx, b, training) })
		if err != nil {
			return nil, err
		}
		alone[method] = s
	}
	return alone, nil
}

// speedup is how many times faster the kernels make the step; NaN without kernels.
func (k *breakdown) speedup() float64 { return times(k.whole[ssm.Sequential], k.whole[ssm.Fused]) }

// kernelKinds are the kinds of parts that have kernels.
var kernelKinds = []string{"scan", "conv", "norm"}

// share is the part of the step that parts of these kinds take.
func (k *breakdown) share(kinds ...string) (share float64) {
	for i, p := range k.parts {
		if slices.Contains(kinds, p.kind) {
			share += k.total(i) / k.step()
		}
	}
	return share
}

// step is the median of the step in milliseconds, total that of all instances of a part.
func (k *breakdown) step() float64 { return k.whole[k.methods[0]].median() }
func (k *breakdown) total(i int) float64 {
	return float64(k.parts[i].count) * k.alone[i][k.methods[0]].median()
}

// leftover is the step without scan, conv and norm, in milliseconds; NaN where these alone took as long as the step.
func (k *breakdown) leftover() float64 {
	if left := 1 - k.share(kernelKinds...); left > 0 {
		return left * k.step()
	}
	return math.NaN()
}

// perCent shows the share of kernels in the step.
func (k *breakdown) perCent() string {
	return fmt.Sprintf("scan + conv + norm: %s %% of the step", percent(k.share(kernelKinds...)))
}

func (k *breakdown) table() *result.Table {
	table := &result.Table{
		Title: k.title,
		Columns: []result.Column{{Name: "part"}, {Name: "of"}, {Name: "times", Right: true}, {Name: "shape"}, {Name: "ms each", Right: true},
			{Name: "ms", Right: true}, {Name: "% of step", Right: true}, {Name: "sequential: ms each", Right: true}, {Name: "x sequential", Right: true}},
		Notes: []string{k.perCent() + ", each part timed alone; rest is the step less all parts."},
	}
	row := func(kind, of, count, shape, each string, ms float64, sequential sample, ratio string) {
		table.Add(kind, of, count, shape, each, number(ms), percent(ms/k.step()), sequential.String(), ratio)
	}
	left := k.step()
	for i, p := range k.parts {
		ours, sequential := k.alone[i][k.methods[0]], k.alone[i][ssm.Sequential]
		row(p.kind, p.of, fmt.Sprint(p.count), dimensions(p.shape), ours.String(), k.total(i), sequential, ratio(sequential, ours))
		left -= k.total(i)
	}
	row("rest", "", "", "", "", left, nil, "-")
	ours, sequential := k.whole[k.methods[0]], k.whole[ssm.Sequential]
	row("step", "", "1", "", ours.String(), k.step(), sequential, ratio(sequential, ours))
	return table
}

// dimensions shows a shape as [8, 196, 256].
func dimensions(shape []int) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ", ")
}
