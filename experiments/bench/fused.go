package bench

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/plots"
	"mambamixer/ssm"
	"mambamixer/ssm/fused/kernel"
)

// fusedReport is what is measured of the fused kernels alone.
type fusedReport struct {
	opts    Options
	times   *timings
	limits  limits
	options map[int]sample             // by length: forward with bias, softplus and gate
	threads map[pass]map[int]sample    // of the wide shape, by pass and threads
	isas    map[string]map[pass]sample // by instruction set, at the longest compared length of at most 1024
	scaling map[int]sample             // by length: forward
	sweeps  []sweep
	memory  map[int]int64 // by length: peak in bytes, forward+backward
}

var fusedOnly = ssm.Options{Method: ssm.Fused}

// measureFused measures what Scan says of the fused kernels, besides their times among the other methods.
func measureFused(ctx context.Context, b compute.Backend, opts Options, times *timings) (*fusedReport, error) {
	f := &fusedReport{
		opts: opts, times: times, limits: measureLimits(opts.plan.triadBytes, opts.plan.instructions),
		options: map[int]sample{}, scaling: map[int]sample{},
		threads: map[pass]map[int]sample{forward: {}, training: {}}, isas: map[string]map[pass]sample{},
	}
	for _, length := range opts.Lengths {
		s, err := timeScan(ctx, b, forward, opts.at(length), ssm.Options{Method: ssm.Fused, DeltaSoftplus: true}, true)
		if err != nil {
			return nil, err
		}
		f.options[length] = s
	}
	for _, length := range opts.plan.scaling {
		s, err := timeScan(ctx, b, forward, opts.at(length), fusedOnly, false)
		if err != nil {
			return nil, err
		}
		f.scaling[length] = s
	}
	if err := f.measureThreads(ctx, b); err != nil {
		return nil, err
	}
	if err := f.measureISAs(ctx, b); err != nil {
		return nil, err
	}
	var err error
	if f.sweeps, err = measureSweeps(ctx, b, opts.plan); err != nil {
		return nil, err
	}
	f.memory, err = measureMemory(ctx, opts)
	return f, err
}

func (f *fusedReport) measureThreads(ctx context.Context, b compute.Backend) error {
	defer kernel.SetThreads(kernel.Threads())
	for threads := 1; threads <= 2; threads++ {
		kernel.SetThreads(threads)
		for _, p := range passes {
			s, err := timeScan(ctx, b, p, f.opts.plan.wide, fusedOnly, false)
			if err != nil {
				return err
			}
			f.threads[p][threads] = s
		}
	}
	return nil
}

// measureISAs leaves out what this processor does not run.
func (f *fusedReport) measureISAs(ctx context.Context, b compute.Backend) error {
	before, err := kernel.ISA()
	if err != nil {
		return err
	}
	defer kernel.SetISA(before)
	for _, isa := range isas {
		if kernel.SetISA(isa) != nil {
			continue
		}
		f.isas[isa] = map[pass]sample{}
		for _, p := range passes {
			if f.isas[isa][p], err = timeScan(ctx, b, p, f.isaDims(), fusedOnly, false); err != nil {
				return err
			}
		}
	}
	return nil
}

var isas = []string{"avx512", "avx2", "portable"}

func (f *fusedReport) isaDims() dims {
	longest := f.opts.Lengths[0]
	for _, length := range f.opts.Lengths {
		if length <= 1024 {
			longest = max(longest, length)
		}
	}
	return f.opts.at(longest)
}

func (f *fusedReport) plain(length int, p pass) sample {
	return f.times.samples[cell{string(ssm.Fused), length, p}]
}

// growth is the time of the forward pass over length.
func (f *fusedReport) growth() plots.Growth {
	var samples []sample
	for _, length := range f.opts.plan.scaling {
		samples = append(samples, f.scaling[length])
	}
	return growth("", f.opts.plan.scaling, samples)
}

// perStep is the microseconds of the forward pass for one step of all sequences.
func (f *fusedReport) perStep(length int) float64 {
	return 1e3 * f.scaling[length].median() / float64(length)
}

// overArithmetic is the time as a multiple of the least that the instructions take.
func (f *fusedReport) overArithmetic(length int, p pass) float64 {
	if s := f.plain(length, p); len(s) > 0 {
		return s.median() / f.limits.arithmetic(f.opts.at(length), p)
	}
	return math.NaN()
}

// optionsCost is by which part bias, softplus and gate make the forward pass longer.
func (f *fusedReport) optionsCost(length int) float64 {
	return f.options[length].median()/f.plain(length, forward).median() - 1
}

// worstOptionsCost is the greatest over lengths, and the length.
func (f *fusedReport) worstOptionsCost() (worst float64, at int) {
	worst = math.Inf(-1)
	for _, length := range f.opts.Lengths {
		if cost := f.optionsCost(length); cost > worst {
			worst, at = cost, length
		}
	}
	return worst, at
}

// threadGain is how many times faster two threads are than one.
func (f *fusedReport) threadGain(p pass) float64 {
	return f.threads[p][1].median() / f.threads[p][2].median()
}

func (f *fusedReport) tables() []*result.Table {
	return []*result.Table{f.limitsTable(), f.optionsTable(), f.threadsTable(), f.isasTable(), f.scalingTable(), f.sweepsTable(), f.memoryTable()}
}

func (f *fusedReport) limitsTable() *result.Table {
	table := &result.Table{
		Title: "Fused kernels against the machine's limits",
		Columns: []result.Column{{Name: "L", Right: true}, {Name: "pass"}, {Name: "ms", Right: true}, {Name: "arithmetic limit", Right: true},
			{Name: "x limit", Right: true}, {Name: "memory limit", Right: true}, {Name: "x limit", Right: true}},
		Notes: []string{
			fmt.Sprintf("Measured in this run, on %d threads: memory triad %.1f GB/s; FMA %.0f GFLOP/s, that is %.2f G vector instructions/s.",
				kernel.Threads(), f.limits.bandwidth/1e9, 2*16*f.limits.instructions/1e9, f.limits.instructions/1e9),
			fmt.Sprintf("The arithmetic limit counts %d instructions per 16 states forward and %d forward+backward, at that rate.",
				forward.instructions(), training.instructions()),
		},
	}
	for _, p := range passes {
		for _, length := range f.opts.Lengths {
			s, memory := f.plain(length, p), f.limits.memory(f.opts.at(length), p)
			table.Add(fmt.Sprint(length), string(p), s.String(), number(f.limits.arithmetic(f.opts.at(length), p)),
				number(f.overArithmetic(length, p)), number(memory), number(s.median()/memory))
		}
	}
	return table
}

func (f *fusedReport) optionsTable() *result.Table {
	table := &result.Table{
		Title: "Fused forward pass, plain and with bias, softplus and gate",
		Columns: []result.Column{{Name: "L", Right: true}, {Name: "plain ms", Right: true}, {Name: "with options ms", Right: true},
			{Name: "longer by %", Right: true}},
	}
	for _, length := range f.opts.Lengths {
		table.Add(fmt.Sprint(length), f.plain(length, forward).String(), f.options[length].String(), fmt.Sprintf("%.0f", 100*f.optionsCost(length)))
	}
	return table
}

func (f *fusedReport) threadsTable() *result.Table {
	table := &result.Table{
		Title:   "Fused kernels, one wide sequence (" + f.opts.plan.wide.String() + ") on 1 and 2 threads",
		Columns: []result.Column{{Name: "pass"}, {Name: "1 thread ms", Right: true}, {Name: "2 threads ms", Right: true}, {Name: "x 1 thread", Right: true}},
	}
	for _, p := range passes {
		one, two := f.threads[p][1], f.threads[p][2]
		table.Add(string(p), one.String(), two.String(), ratio(one, two))
	}
	return table
}

func (f *fusedReport) isasTable() *result.Table {
	table := &result.Table{
		Title: "Fused kernels by instruction set, " + f.isaDims().String(),
		Columns: []result.Column{{Name: "set"}, {Name: "forward ms", Right: true}, {Name: "% of AVX-512's speed", Right: true},
			{Name: "forward+backward ms", Right: true}, {Name: "% of AVX-512's speed", Right: true}},
	}
	for _, isa := range isas {
		if times := f.isas[isa]; times != nil {
			table.Add(isa, times[forward].String(), percent(f.isaSpeed(isa, forward)), times[training].String(), percent(f.isaSpeed(isa, training)))
		}
	}
	return table
}

// isaSpeed is the speed of an instruction set as a part of AVX-512's; NaN where one of them does not run.
func (f *fusedReport) isaSpeed(isa string, p pass) float64 {
	ours, best := f.isas[isa][p], f.isas["avx512"][p]
	if len(ours) == 0 || len(best) == 0 {
		return math.NaN()
	}
	return best.median() / ours.median()
}

func (f *fusedReport) scalingTable() *result.Table {
	table := &result.Table{
		Title:   "Fused forward pass over length",
		Columns: []result.Column{{Name: "L", Right: true}, {Name: "ms", Right: true}, {Name: "us per step", Right: true}},
		Notes:   []string{fmt.Sprintf("Slope of log time over log L: %.3f.", f.growth().Slope())},
	}
	for _, length := range f.opts.plan.scaling {
		table.Add(fmt.Sprint(length), f.scaling[length].String(), number(f.perStep(length)))
	}
	return table
}

// number shows two decimals; "-" for what is not known.
func number(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.2f", v)
}

func percent(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.0f", 100*v)
}
