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
}

// check is how far a peer was off the reference.
type check struct {
	peer, what string
	error      float64
}

func (g *page) markdown() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	section := func(title string) { say("\n## %s\n", title) }
	shape := g.fused.opts.plan.compared

	say("# Benchmarks\n")
	say("The selective scan of this project beside JAX and PyTorch: the same shapes, one process after the other, in one run")
	say("of `%s`, which writes this page.\n", g.command)
	say("- machine: %s", g.env.Summary())
	say("- date: %s%s", g.date.UTC().Format("2006-01-02 15:04 MST"), g.commit())
	say("- this project: gomlx %s, go-xla %s", g.module("github.com/gomlx/gomlx"), g.module("github.com/gomlx/go-xla"))
	for _, library := range slices.Sorted(maps.Keys(g.versions)) {
		say("- %s: %s", library, g.versions[library])
	}
	say("\nB=%d, D=%d, N=%d, float32, on the CPU. Times are milliseconds, median [range] of at least %d runs after one that",
		shape.batch, shape.channels, shape.state, leastRuns)
	say("compiles. Forward is y alone; forward+backward gives the gradients of the sum of y squared for u, delta, A, B and C.")

	section("Times")
	for i, p := range passes {
		if i > 0 {
			say("")
		}
		b.WriteString(g.timesTable(p).Markdown())
	}
	section("How many times faster the fused kernels are")
	for i, p := range passes {
		if i > 0 {
			say("")
		}
		b.WriteString(g.ratiosTable(p).Markdown())
	}
	section("Aims")
	say("These were set before the kernels were written; what was reached is of this run.\n")
	b.WriteString(aimsTable(g.aims()).Markdown())
	section("The fused kernels alone")
	for i, table := range g.fused.tables() {
		if i > 0 {
			say("")
		}
		b.WriteString(table.Markdown())
	}
	section("What was skipped")
	for _, sentence := range g.times.skipped {
		say("- %s", sentence)
	}
	if len(g.times.skipped) == 0 {
		say("Nothing.")
	}
	section("How the peers are written")
	say("`experiments/bench/peers/peers.py` has them. PyTorch runs eagerly: the step loop goes over unbound tensors, because")
	say("indexing would make its backward pass quadratic in L, and the parallel scan is an up-sweep and a down-sweep in place")
	say("with an adjoint of its own. PyTorch's wheel is the one with CUDA libraries, run on the CPU.\n")
	say("Before it is timed, each is held against a float64 loop at L=96: largest error of y over the largest y, and error of the")
	say("gradients along a random direction of all five inputs over the largest input's part.\n")
	b.WriteString(g.checksTable().Markdown())
	section("How to rerun")
	say("`make bench-peers` makes the Python environment of `experiments/bench/peers/requirements.txt` in `.venv-peers` (about")
	say("6 GB) and writes this page. The machine should have nothing else to do. `mambamixer bench scan` measures this project")
	say("alone; `mambamixer help bench` shows the flags.")
	return b.String()
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
