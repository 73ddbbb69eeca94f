package bench

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/ssm"
)

// Options say what is measured.
type Options struct {
	Lengths []int  // at which methods are compared; the default is 96, 196, 784, 3136
	Full    bool   // also the associative scan at lengths over 1024: it needs 6.5 GB at 3136
	Self    string // the mambamixer command's file, for what is measured in a process of its own; "" leaves that out
	Against string // that of another commit, to be compared with; "" leaves that out

	Models  []string // sizes of ViM2; the default is the paper's three
	Batches []int    // pictures at a time; the default is 1, 8
	Sides   []int    // of the pictures, pixels; the default is 224, 384, 512, 640, 768, 1024

	DataDirs []string // where data is looked for, see ltsf.SearchPath

	plan plan
}

// plan holds the shapes that a user can't choose.
type plan struct {
	compared     dims  // at which methods are compared, over Options.Lengths
	wide         dims  // one sequence of many channels, over threads
	scaling      []int // lengths over which the growth of time is fitted
	swept        dims  // varied to these, one at a time
	batches      []int
	channels     []int
	states       []int
	memory       []int // lengths at which peak memory is measured, the least first
	convs        []convolution
	block        dims // of the scan in a Mamba block, over blockLengths
	blockLengths []int
	steps        int // of training TSM2
	turns        int // of each program against another commit's
	triadBytes   int // for the memory bandwidth: more than any cache holds
	instructions int // for the arithmetic
}

var fullPlan = plan{
	compared: dims{batch: 8, channels: 256, state: 16},
	wide:     dims{batch: 1, length: 1024, channels: 2048, state: 16},
	scaling:  []int{96, 384, 1536, 6144, 24576, 65536},
	swept:    dims{batch: 8, length: 784, channels: 256, state: 16},
	batches:  []int{1, 2, 4, 8, 16, 32},
	channels: []int{32, 64, 128, 256, 512, 1024, 2048},
	states:   []int{4, 8, 16, 32, 64},
	memory:   []int{1, 3136, 12544},
	turns:    3,
	convs: []convolution{
		{[]int{224, 32, 32}, []int{4}}, {[]int{1024, 7, 32}, []int{4}}, // of TSM2
		{[]int{8, 784, 256}, []int{4}},      // of a Mamba block
		{[]int{8, 56, 56, 96}, []int{3, 3}}, // of a vision model
	},
	block:        dims{batch: 8, channels: 256, state: 16},
	blockLengths: []int{196, 784},
	steps:        48,
	triadBytes:   768 << 20,
	instructions: 100_000_000,
}

// longAssociative is the length over which the associative scan is left out.
const longAssociative = 1024

func (o Options) withDefaults() Options {
	if len(o.Lengths) == 0 {
		o.Lengths = []int{96, 196, 784, 3136}
	}
	if len(o.Models) == 0 {
		o.Models = []string{"tiny", "small", "base"}
	}
	if len(o.Batches) == 0 {
		o.Batches = []int{1, 8}
	}
	if len(o.Sides) == 0 {
		o.Sides = []int{224, 384, 512, 640, 768, 1024}
	}
	if o.plan.compared.batch == 0 {
		o.plan = fullPlan
	}
	return o
}

func (o Options) at(length int) dims {
	d := o.plan.compared
	d.length = length
	return d
}

// cell says what one sample is of.
type cell struct {
	form   string // a method, or a peer
	length int
	pass   pass
}

// timings are the samples of one run, with what was left out and why.
type timings struct {
	forms   []string // in the order in which they are shown
	lengths []int
	samples map[cell]sample
	skipped []string // sentences
}

// Scan times every method of the selective scan that the backend has, forward and with gradients, and prints each
// beside all others. Of the fused kernels it prints also how far they are from the machine's limits, what their options
// cost, what threads bring, and how time grows with length.
func Scan(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	times, err := timeMethods(ctx, b, opts)
	if err != nil {
		return err
	}
	tables := times.tables(ssm.Usable(b)...)
	if hasKernels(b) {
		f, err := measureFused(ctx, b, opts, times)
		if err != nil {
			return err
		}
		tables = append(tables, f.tables()...)
	}
	shape := opts.at(0)
	fmt.Fprintf(w, "Selective scan, B=%d D=%d N=%d, float32, on %s; milliseconds, median [range]\n",
		shape.batch, shape.channels, shape.state, newEnv(b).Summary())
	for _, table := range tables {
		fmt.Fprintf(w, "\n%s", table.Text())
	}
	for _, sentence := range times.skipped {
		fmt.Fprintf(w, "\nSkipped: %s\n", sentence)
	}
	return nil
}

// newEnv describes the machine, with the backend but not the file that it is in.
func newEnv(b compute.Backend) *result.Env { return result.NewEnv(backend.Describe(b).String()) }

// timeMethods times all methods at all lengths.
func timeMethods(ctx context.Context, b compute.Backend, opts Options) (*timings, error) {
	times := &timings{lengths: opts.Lengths, samples: map[cell]sample{}}
	for _, method := range ssm.Usable(b) {
		times.forms = append(times.forms, string(method))
		for _, length := range opts.Lengths {
			if method == ssm.Associative && length > longAssociative && !opts.Full {
				times.skip("%s at L=%d needs gigabytes of memory; -full measures it.", method, length)
				continue
			}
			for _, p := range passes {
				s, err := timeScan(ctx, b, p, opts.at(length), ssm.Options{Method: method}, false)
				if err != nil {
					return nil, fmt.Errorf("method %s at L=%d, %s: %w", method, length, p, err)
				}
				times.samples[cell{string(method), length, p}] = s
			}
		}
	}
	return times, nil
}

// timeScan times a scan of a shape, plain or with bias and gate.
func timeScan(ctx context.Context, b compute.Backend, p pass, d dims, opts ssm.Options, extras bool) (sample, error) {
	inputs := d.inputs()
	if extras {
		inputs = append(inputs, d.extras()...)
	}
	opts.Inference = p == forward
	return timeGraph(ctx, b, p, scanOf(opts), inputs)
}

func (t *timings) skip(format string, args ...any) {
	t.skipped = append(t.skipped, fmt.Sprintf(format, args...))
}

// tables has one table per pass: a row for each form and length, with how many times faster it is than each rival.
func (t *timings) tables(rivals ...ssm.Method) []*result.Table {
	var tables []*result.Table
	for _, p := range passes {
		table := &result.Table{
			Title:   title(p) + ": times, and how many times faster than others",
			Columns: []result.Column{{Name: "L", Right: true}, {Name: "form"}, {Name: "ms", Right: true}},
		}
		for _, rival := range rivals {
			table.Columns = append(table.Columns, result.Column{Name: "x " + string(rival), Right: true})
		}
		for _, length := range t.lengths {
			for _, form := range t.forms {
				ours := t.samples[cell{form, length, p}]
				row := []string{fmt.Sprint(length), form, ours.String()}
				for _, rival := range rivals {
					row = append(row, ratio(t.samples[cell{string(rival), length, p}], ours))
				}
				table.Add(row...)
			}
		}
		tables = append(tables, table)
	}
	return tables
}

// fastest is the sample with the least median among forms whose name begins so; nil if none was measured.
func (t *timings) fastest(prefix string, length int, p pass) (best sample) {
	for _, form := range t.forms {
		s := t.samples[cell{form, length, p}]
		if strings.HasPrefix(form, prefix) && len(s) > 0 && (best == nil || s.median() < best.median()) {
			best = s
		}
	}
	return best
}
