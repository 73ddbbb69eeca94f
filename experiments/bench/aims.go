package bench

import (
	"fmt"
	"math"

	"mambamixer/experiments/result"
	"mambamixer/ssm"
)

// aim is a figure that the kernels are to reach.
type aim struct {
	what    string
	length  int // 0 where it is not about one length
	least   float64
	most    float64 // 0: there is only a least
	reached float64 // NaN: not measured
}

func (a aim) String() string {
	switch {
	case a.most == 0:
		return fmt.Sprintf(">= %g", a.least)
	case a.least == 0:
		return fmt.Sprintf("<= %g", a.most)
	}
	return fmt.Sprintf("%g to %g", a.least, a.most)
}

// verdict says whether the aim is met.
func (a aim) verdict() string {
	switch {
	case math.IsNaN(a.reached):
		return "not measured"
	case a.reached < a.least || (a.most != 0 && a.reached > a.most):
		return "no"
	}
	return "yes"
}

// aims are the figures that were set before the kernels were written, with what this run reached.
func (g *page) aims() []aim {
	over := func(prefix string, length int, p pass) float64 {
		rival, ours := g.times.fastest(prefix, length, p), g.times.samples[cell{string(ssm.Fused), length, p}]
		if rival == nil || len(ours) == 0 {
			return math.NaN()
		}
		return rival.median() / ours.median()
	}
	arithmetic := func(length int, p pass) float64 { return g.fused.overArithmetic(length, p) }
	options := math.Inf(-1)
	for length := range g.fused.options {
		options = math.Max(options, g.fused.optionsCost(length))
	}
	const jax, torch = "JAX lax.scan", "PyTorch"
	return []aim{
		{"forward, times as fast as the best JAX scan", 196, 4, 0, over(jax, 196, forward)},
		{"", 784, 5, 0, over(jax, 784, forward)},
		{"", 3136, 7, 0, over(jax, 3136, forward)},
		{"forward+backward, times as fast as the best JAX scan", 196, 20, 0, over(jax, 196, training)},
		{"", 784, 20, 0, over(jax, 784, training)},
		{"", 3136, 20, 0, over(jax, 3136, training)},
		{"forward+backward, times as fast as the fastest PyTorch form", 196, 30, 0, over(torch, 196, training)},
		{"", 784, 60, 0, over(torch, 784, training)},
		{"", 3136, 60, 0, over(torch, 3136, training)},
		{"forward, time over its arithmetic limit", 784, 0, 1.2, arithmetic(784, forward)},
		{"", 3136, 0, 1.2, arithmetic(3136, forward)},
		{"forward+backward, time over its arithmetic limit", 784, 0, 1.5, arithmetic(784, training)},
		{"", 3136, 0, 1.6, arithmetic(3136, training)},
		{"AVX2's speed over AVX-512's, forward", 0, 0.4, 0, g.fused.isaSpeed("avx2", forward)},
		{"AVX2's speed over AVX-512's, forward+backward", 0, 0.4, 0, g.fused.isaSpeed("avx2", training)},
		{"speed on 2 threads over 1, one wide sequence, forward", 0, 1.8, 0, g.fused.threadGain(forward)},
		{"speed on 2 threads over 1, one wide sequence, forward+backward", 0, 1.8, 0, g.fused.threadGain(training)},
		{"slope of log time over log L, forward", 0, 0.9, 1.1, g.fused.slope()},
		{"part by which bias, softplus and gate lengthen forward, at the worst L", 0, 0, 0.15, options},
	}
}

func aimsTable(aims []aim) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "figure"}, {Name: "L", Right: true}, {Name: "aim", Right: true},
		{Name: "reached", Right: true}, {Name: "met"}}}
	for _, a := range aims {
		length := ""
		if a.length > 0 {
			length = fmt.Sprint(a.length)
		}
		table.Add(a.what, length, a.String(), number(a.reached), a.verdict())
	}
	return table
}
