package bench

import (
	"cmp"
	"fmt"
	"math"

	"mambamixer/experiments/result"
	"mambamixer/ssm"
	"mambamixer/ssm/fused/kernel"
)

// aim is a figure that the kernels are to reach.
type aim struct {
	what    string
	length  int // 0 where it is not about one length
	least   float64
	most    float64 // 0: there is only a least
	reached float64 // NaN: not measured
	atLimit float64 // what could be reached at most on this machine; 0 or NaN: not known
	why     string  // what keeps it from being reached, by this run's numbers; shown where it is missed
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
	const jax, torch = "JAX lax.scan", "PyTorch"
	f := g.fused
	return []aim{
		g.rivalAim("the best JAX scan", jax, 196, forward, 4),
		g.rivalAim("the best JAX scan", jax, 784, forward, 5),
		g.rivalAim("the best JAX scan", jax, 3136, forward, 7),
		g.rivalAim("the best JAX scan", jax, 196, training, 20),
		g.rivalAim("the best JAX scan", jax, 784, training, 20),
		g.rivalAim("the best JAX scan", jax, 3136, training, 20),
		g.rivalAim("the fastest PyTorch form", torch, 196, training, 30),
		g.rivalAim("the fastest PyTorch form", torch, 784, training, 60),
		g.rivalAim("the fastest PyTorch form", torch, 3136, training, 60),
		f.limitAim(784, forward, 1.2),
		f.limitAim(3136, forward, 1.2),
		f.limitAim(784, training, 1.5),
		f.limitAim(3136, training, 1.6),
		{what: "AVX2's speed over AVX-512's, forward", least: 0.4, reached: f.isaSpeed("avx2", forward)},
		{what: "AVX2's speed over AVX-512's, forward+backward", least: 0.4, reached: f.isaSpeed("avx2", training)},
		f.threadsAim(forward),
		f.threadsAim(training),
		f.slopeAim(),
		f.optionsAim(),
		{what: "peak memory of a process that runs forward+backward, GB", length: 3136, most: 0.8, reached: f.peak(3136)},
		g.stepAim("TSM2's training step, times as fast as with the sequential method", 2.5, g.step.whole[ssm.Sequential]),
		{what: "scan + conv + norm, part of TSM2's training step", most: 0.5, reached: g.step.share(kernelKinds...),
			why: fmt.Sprintf("What is left of the step takes %s ms.", number(g.step.leftover()))},
		g.stepAim("TSM2's training step, times as fast as before there were kernels", 4, g.againstStep()),
	}
}

// rivalAim is about how many times faster the kernels are than the fastest form of a library.
func (g *page) rivalAim(rivals, prefix string, length int, p pass, least float64) aim {
	rival, ours := g.times.fastest(prefix, length, p), g.fused.plain(length, p)
	limit := sample{g.fused.limits.arithmetic(g.fused.opts.at(length), p)}
	a := aim{what: fmt.Sprintf("%s, times as fast as %s", p, rivals), length: length, least: least,
		reached: times(rival, ours), atLimit: times(rival, limit)}
	if math.IsNaN(a.reached) {
		return a
	}
	a.why = fmt.Sprintf("That form takes %s ms in this run, the kernels %s ms.", number(rival.median()), number(ours.median()))
	if math.IsNaN(a.atLimit) {
		return a
	}
	a.why += fmt.Sprintf(" Their %d vector instructions for every 16 states take at least %s ms on this machine",
		p.instructions(), number(limit.median()))
	if a.atLimit < least {
		a.why += fmt.Sprintf(": no kernel that does them could be more than %s times as fast.", number(a.atLimit))
	} else {
		a.why += fmt.Sprintf(", so that the kernels are %s times from their limit.", number(times(ours, limit)))
	}
	return a
}

// limitAim is about the time over what the instructions take.
func (f *fusedReport) limitAim(length int, p pass, most float64) aim {
	return aim{what: string(p) + ", time over its arithmetic limit", length: length, most: most, reached: f.overArithmetic(length, p), atLimit: 1,
		why: "The limit counts the arithmetic on states alone: loads, stores, what is done once per step for all states, and the call come on top."}
}

// threadsAim is about what a second thread brings. Its limit is what it brings to a loop of multiply-adds.
func (f *fusedReport) threadsAim(p pass) aim {
	a := aim{what: "speed on 2 threads over 1, one wide sequence, " + string(p), least: 1.8, reached: f.threadGain(p)}
	if kernel.Threads() == 2 {
		a.atLimit = f.limits.instructions / f.limits.oneThread
		a.why = fmt.Sprintf("Two threads did %s G vector instructions a second in this run, one alone %s G.",
			number(f.limits.instructions/1e9), number(f.limits.oneThread/1e9))
	}
	return a
}

// optionsAim is about what bias, softplus and gate cost.
func (f *fusedReport) optionsAim() aim {
	worst, at := f.worstOptionsCost()
	return aim{what: "part by which bias, softplus and gate lengthen forward, at the worst L", most: 0.15, reached: worst,
		why: fmt.Sprintf("At L=%d the pass takes %s ms with them and %s ms without; they are once per step and channel, not per state, and z is read besides.",
			at, f.options[at], f.plain(at, forward))}
}

// slopeAim is about the growth of time with length.
func (f *fusedReport) slopeAim() aim {
	a := aim{what: "slope of log time over log L, forward", least: 0.9, most: 1.1, reached: f.growth().Slope()}
	lengths := f.opts.plan.scaling
	first, last := lengths[0], lengths[len(lengths)-1]
	a.why = fmt.Sprintf("A step takes %s us at L=%d and %s us at L=%d, where u, delta and y are %.2f GB.", number(f.perStep(first)), first,
		number(f.perStep(last)), last, 12e-9*float64(f.opts.at(last).sequence()))
	return a
}

// stepAim is about how many times faster a step of TSM2 is than some other step. At the limit scan, conv and norm are
// free.
func (g *page) stepAim(what string, least float64, other sample) aim {
	left := sample{g.step.leftover()}
	return aim{what: what, least: least, reached: times(other, g.step.whole[ssm.Fused]), atLimit: times(other, left),
		why: fmt.Sprintf("Scan, conv and norm take %s %% of the step's %s ms; the step without them takes %s ms.",
			percent(g.step.share(kernelKinds...)), number(g.step.step()), number(left.median()))}
}

// aimsTable shows what was reached, with why it was not more below.
func aimsTable(aims []aim) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "figure"}, {Name: "L", Right: true}, {Name: "aim", Right: true},
		{Name: "reached", Right: true}, {Name: "at the limit", Right: true}, {Name: "met"}}}
	for _, a := range aims {
		limit := "-"
		if a.atLimit != 0 {
			limit = number(a.atLimit)
		}
		table.Add(a.what, a.at(), a.String(), number(a.reached), limit, a.verdict())
	}
	return table
}

// missed has a sentence for each aim that is missed.
func missed(aims []aim) (list []string) {
	for _, a := range aims {
		if a.verdict() != "no" {
			continue
		}
		what := a.what
		if a.length > 0 {
			what += ", L=" + a.at()
		}
		list = append(list, fmt.Sprintf("%s: %s instead of %s. %s", what, number(a.reached), a, cmp.Or(a.why, "Nothing that was measured says why.")))
	}
	return list
}

func (a aim) at() string {
	if a.length == 0 {
		return ""
	}
	return fmt.Sprint(a.length)
}
