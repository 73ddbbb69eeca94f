package bench

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mambamixer/experiments/result"
	"mambamixer/ssm"
)

// page is a run of Peers on its way to Markdown.
type page struct {
	command  string // that made it
	env      *result.Env
	date     time.Time
	versions map[string]string // of the peers' libraries
	checks   []check
	times    *timings
	fused    *fusedReport
	convs    *convReport
	blocks   []*breakdown
	step     *breakdown
	against  *against // nil: there is no other commit's program
	figure   string   // file of the cost curves, as the page refers to it; "": none
}

// check is how far a peer was off the reference.
type check struct {
	peer, what string
	error      float64
}

// document is a page being written.
type document struct{ strings.Builder }

func (t *document) say(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }
func (t *document) section(title string)           { t.say("\n## %s\n", title) }

func (t *document) tables(tables ...*result.Table) {
	for i, table := range tables {
		if i > 0 {
			t.say("")
		}
		t.WriteString(table.Markdown())
	}
}

func (g *page) markdown() string {
	t := new(document)
	g.introduce(t)
	t.section("Times")
	t.tables(g.timesTable(forward), g.timesTable(training))
	t.section("How many times faster the fused kernels are")
	t.tables(g.ratiosTable(forward), g.ratiosTable(training))
	if g.figure != "" {
		t.section("Cost curves")
		t.say("![Time over L, B, D and N on logarithmic axes](%s)\n", g.figure)
		t.say("Both axes are logarithmic. The number after a name is the slope of the line that fits the curve best: 1 is linear growth.")
	}
	g.weigh(t)
	t.section("The fused kernels alone")
	t.tables(g.fused.tables()...)
	t.section("Convolutions")
	t.tables(g.convs.table())
	t.section("A Mamba block")
	t.say("x + mixer(LayerNorm(x)), forward and with the gradients of all parameters and of x.\n")
	for i, block := range g.blocks {
		if i > 0 {
			t.say("")
		}
		t.tables(block.table())
	}
	t.section("TSM2")
	t.tables(g.step.table())
	if g.against != nil {
		t.say("")
		t.tables(g.against.table())
	}
	t.section("What was skipped")
	for _, sentence := range g.times.skipped {
		t.say("- %s", sentence)
	}
	if len(g.times.skipped) == 0 {
		t.say("Nothing.")
	}
	g.explain(t)
	return t.String()
}

// introduce says what was measured, where and when.
func (g *page) introduce(t *document) {
	shape := g.fused.opts.plan.compared
	t.say("# Benchmarks\n")
	t.say("The selective scan of this project beside JAX and PyTorch: the same shapes, one process after the other, in one run")
	t.say("of `%s`, which writes this page; then what the scan is part of.\n", g.command)
	t.say("- machine: %s", g.env.Summary())
	t.say("- date: %s%s", g.date.UTC().Format("2006-01-02 15:04 MST"), g.commit())
	t.say("- this project: gomlx %s, go-xla %s", g.module("github.com/gomlx/gomlx"), g.module("github.com/gomlx/go-xla"))
	for _, library := range slices.Sorted(maps.Keys(g.versions)) {
		t.say("- %s: %s", library, g.versions[library])
	}
	t.say("\nB=%d, D=%d, N=%d, float32, on the CPU. Times are milliseconds, median [range] of at least %d runs, after one that",
		shape.batch, shape.channels, shape.state, leastRuns)
	t.say("compiles and half a second of warming up. Forward is y alone; forward+backward gives the gradients of the sum of y")
	t.say("squared for u, delta, A, B and C.")
}

// weigh holds the run against the aims.
func (g *page) weigh(t *document) {
	aims := g.aims()
	t.section("Aims")
	t.say("These were set before the kernels were written; what was reached is of this run. \"At the limit\" is what could be reached")
	t.say("by kernels that take no longer than their arithmetic, or, of a whole step, by kernels that take no time.\n")
	t.tables(aimsTable(aims))
	if list := missed(aims); len(list) > 0 {
		t.say("\nWhy some were missed:\n")
		for _, sentence := range list {
			t.say("- %s", sentence)
		}
	}
}

// explain says how the peers are made and how all this is run again.
func (g *page) explain(t *document) {
	t.section("How the peers are written")
	t.say("`experiments/bench/peers/peers.py` has them. PyTorch runs eagerly: the step loop goes over unbound tensors, because")
	t.say("indexing would make its backward pass quadratic in L, and the parallel scan is an up-sweep and a down-sweep in place")
	t.say("with an adjoint of its own. PyTorch's wheel is the one with CUDA libraries, run on the CPU.\n")
	t.say("Before it is timed, each is held against a float64 loop at L=96: largest error of y over the largest y, and error of the")
	t.say("gradients along a random direction of all five inputs over the largest input's part.\n")
	t.tables(g.checksTable())
	t.section("How to rerun")
	t.say("`make bench-peers` makes the Python environment of `experiments/bench/peers/requirements.txt` in `.venv-peers` (about")
	t.say("6 GB) and writes this page; with `COMMIT=<hash>` it also builds that commit and trains with it by turns. The machine")
	t.say("should have nothing else to do. `mambamixer bench scan conv block step` measures this project alone; `mambamixer help bench`")
	t.say("shows the flags.")
}

// againstStep is the step of the other commit's program.
func (g *page) againstStep() sample {
	if g.against == nil {
		return nil
	}
	return g.against.sample(1)
}

func (g *page) commit() string {
	if g.env.Commit == "" {
		return ""
	}
	return ", commit " + g.env.Commit
}

func (g *page) module(path string) string {
	return cmp.Or(g.env.Modules[path], "of an unknown version")
}

// byLength is a table with a row for each form and a column for each length.
func (g *page) byLength(title string, value func(form string, length int) string) *result.Table {
	table := &result.Table{Title: title, Columns: []result.Column{{Name: "form"}}}
	for _, length := range g.times.lengths {
		table.Columns = append(table.Columns, result.Column{Name: fmt.Sprintf("L=%d", length), Right: true})
	}
	for _, form := range g.times.forms {
		row := []string{shown(form)}
		for _, length := range g.times.lengths {
			row = append(row, value(form, length))
		}
		table.Add(row...)
	}
	return table
}

// shown says of methods that they are this project's.
func shown(form string) string {
	if slices.Contains(ssm.Methods, ssm.Method(form)) {
		return "ours, " + form
	}
	return form
}

func (g *page) timesTable(p pass) *result.Table {
	return g.byLength(title(p), func(form string, length int) string { return g.times.samples[cell{form, length, p}].String() })
}

func (g *page) ratiosTable(p pass) *result.Table {
	return g.byLength(title(p), func(form string, length int) string {
		return ratio(g.times.samples[cell{form, length, p}], g.times.samples[cell{string(ssm.Fused), length, p}])
	})
}

func title(p pass) string { return strings.ToUpper(string(p[:1])) + string(p[1:]) }

func (g *page) checksTable() *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "form"}, {Name: "what"}, {Name: "error", Right: true}}}
	for _, c := range g.checks {
		table.Add(c.peer, c.what, fmt.Sprintf("%.1e", c.error))
	}
	return table
}
