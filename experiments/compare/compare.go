package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// Side is one of two sets of runs.
type Side struct {
	Name    string // as the reader knows it
	Records []*result.Record
}

// Comparison is what can be said about two sides.
type Comparison struct {
	A, B     string // names
	Measure  string // what is compared
	Cells    []Cell
	Overall  stats.Test     // over cells; no pairs below two cells
	Ratio    stats.Interval // of A's error to B's, mean over cells
	Warnings []stats.Warning

	horizons bool // cells have horizons; those of pictures have none
}

// Cell is a data set and a horizon that both sides have.
type Cell struct {
	Data       string
	Horizon    int
	A, B       stats.Summary // test errors of all runs
	PairedA    stats.Summary // test errors of the runs paired by seed
	PairedB    stats.Summary
	Difference stats.Summary // PairedA - PairedB
	Ratio      float64       // of the means of the paired runs; of all runs where no seed is on both sides
	Test       stats.Test    // on the pairs
	Holm       float64       // p of Test, corrected for the number of cells
}

// place identifies a cell.
type place struct {
	data    string
	horizon int
}

// String names it: "ETTh1, horizon 96", or "CIFAR-10" of pictures, which have no horizon.
func (p place) String() string {
	if p.horizon == 0 {
		return p.data
	}
	return fmt.Sprintf("%s, horizon %d", p.data, p.horizon)
}

// place says what a cell is.
func (c *Comparison) place() string {
	if c.horizons {
		return "data set and horizon"
	}
	return "data set"
}

// New pairs the finished runs of two sides. It is an error if a side has none, if they share no cell, if runs of
// several tiers or measures are among them, or if a side has two runs for the same cell and seed.
func New(a, b Side) (*Comparison, error) {
	inA, err := a.cells()
	if err != nil {
		return nil, err
	}
	inB, err := b.cells()
	if err != nil {
		return nil, err
	}
	if err := oneTier(a, b); err != nil {
		return nil, err
	}
	measures := Side{Records: slices.Concat(a.Records, b.Records)}.measures()
	if len(measures) > 1 {
		return nil, fmt.Errorf("the runs have different measures, %s, which are not compared with each other; choose one, as by data=<set>", strings.Join(measures, " and "))
	}
	c := &Comparison{A: a.Name, B: b.Name, Measure: measures[0], horizons: !slices.ContainsFunc(a.Records, (*result.Record).Classifies)}
	for where, runsA := range inA {
		if runsB, both := inB[where]; both {
			c.Cells = append(c.Cells, newCell(where, runsA, runsB))
		}
	}
	if len(c.Cells) == 0 {
		return nil, fmt.Errorf("%s and %s have no %s in common, so no runs can be paired", a.Name, b.Name, c.place())
	}
	slices.SortFunc(c.Cells, func(x, y Cell) int {
		return cmp.Or(cmp.Compare(x.Data, y.Data), cmp.Compare(x.Horizon, y.Horizon))
	})
	c.correct()
	c.sumUp()
	if apart := len(inA) + len(inB) - 2*len(c.Cells); apart > 0 {
		c.Warnings = append(c.Warnings, stats.Warning(fmt.Sprintf("only one side has runs at %d more places, each a %s; they are left out", apart, c.place())))
	}
	return c, nil
}

// cells groups the finished runs by cell and seed.
func (s Side) cells() (map[place]map[uint64]*result.Record, error) {
	cells := map[place]map[uint64]*result.Record{}
	for _, r := range s.Records {
		if r.Status != result.Done {
			continue
		}
		where := place{r.Data.Name, r.Horizon}
		if cells[where] == nil {
			cells[where] = map[uint64]*result.Record{}
		}
		if other, twice := cells[where][r.Seed]; twice {
			return nil, fmt.Errorf("%s has two runs for %s, seed %d: %s and %s; narrow it, as by %s",
				s.Name, where, r.Seed, identify(other), identify(r), distinction(other, r))
		}
		cells[where][r.Seed] = r
	}
	if len(cells) == 0 {
		return nil, fmt.Errorf("%s has no finished run", s.Name)
	}
	return cells, nil
}

func identify(r *result.Record) string {
	text := fmt.Sprintf("%s (key %s", r.Spec, r.Key)
	if len(r.Set) > 0 {
		text += ", " + strings.Join(r.Set, ", ")
	}
	return text + ")"
}

// distinction is a condition that a meets and b doesn't.
func distinction(a, b *result.Record) string {
	switch {
	case a.Spec != b.Spec:
		return "spec=" + a.Spec
	case a.Tier != b.Tier:
		return "tier=" + a.Tier
	case !slices.Equal(a.Set, b.Set):
		return "changes=" + strings.Join(a.Set, ";")
	}
	return "key=" + a.Key
}

func oneTier(sides ...Side) error {
	var tiers []string
	for _, side := range sides {
		for _, r := range side.Records {
			if r.Status == result.Done {
				tiers = append(tiers, r.Tier)
			}
		}
	}
	tiers = slices.Compact(slices.Sorted(slices.Values(tiers)))
	if len(tiers) > 1 {
		return fmt.Errorf("the runs are of different tiers, %s, and budgets are not compared with each other; choose one, as by tier=%s",
			strings.Join(tiers, " and "), tiers[0])
	}
	return nil
}

func newCell(where place, a, b map[uint64]*result.Record) Cell {
	cell := Cell{Data: where.data, Horizon: where.horizon, A: summarize(a), B: summarize(b)}
	spread(a, b)
	spread(b, a)
	var pairedA, pairedB, differences []float64
	for _, seed := range slices.Sorted(maps.Keys(a)) { // a sum in another order may differ in the last digit
		if other, both := b[seed]; both {
			pairedA, pairedB = append(pairedA, a[seed].TestError()), append(pairedB, other.TestError())
			differences = append(differences, a[seed].TestError()-other.TestError())
		}
	}
	cell.PairedA, cell.PairedB, cell.Difference = stats.Summarize(pairedA), stats.Summarize(pairedB), stats.Summarize(differences)
	meanA, meanB := cell.means()
	cell.Ratio = meanA / meanB
	cell.Test = stats.PairedT(pairedA, pairedB)
	return cell
}

// means are those of the two sides that can be held against each other: of the paired runs, or of all where there is no pair.
func (c *Cell) means() (a, b float64) {
	if c.Difference.N == 0 {
		return c.A.Mean, c.B.Mean
	}
	return c.PairedA.Mean, c.PairedB.Mean
}

func summarize(runs map[uint64]*result.Record) stats.Summary {
	var errors []float64
	for _, run := range runs {
		errors = append(errors, run.TestError())
	}
	slices.Sort(errors) // as above
	return stats.Summarize(errors)
}

// spread gives an untrained model's one run the seeds of the other side.
func spread(runs, others map[uint64]*result.Record) {
	if len(runs) != 1 {
		return
	}
	for _, run := range runs {
		if run.Steps == 0 {
			for seed := range others {
				runs[seed] = run
			}
		}
	}
}

// correct fills in Holm's correction, and gathers what limits the cells.
func (c *Comparison) correct() {
	p := make([]float64, len(c.Cells))
	few, unequal := 0, 0
	for i, cell := range c.Cells {
		p[i] = cell.Test.P
		if len(stats.FewSeeds(cell.Test.N)) > 0 {
			few++
		}
		if len(stats.UnequalN(cell.A.N, cell.B.N)) > 0 {
			unequal++
		}
	}
	for i, adjusted := range stats.Holm(p) {
		c.Cells[i].Holm = adjusted
	}
	for _, limit := range []struct {
		cells int
		what  string
	}{{few, "fewer than 3 pairs of seeds, too few to judge the spread"}, {unequal, "a different number of runs on the two sides"}} {
		if limit.cells > 0 {
			c.Warnings = append(c.Warnings, stats.Warning(fmt.Sprintf("%d of %d rows: %s", limit.cells, len(c.Cells), limit.what)))
		}
	}
}

// bootstrapSeed makes the interval the same every time.
const bootstrapSeed = 1

// sumUp tests over cells.
func (c *Comparison) sumUp() {
	var a, b, ratios []float64
	for _, cell := range c.Cells {
		meanA, meanB := cell.means()
		a, b, ratios = append(a, meanA), append(b, meanB), append(ratios, cell.Ratio)
	}
	c.Ratio = stats.BootstrapMean(ratios, 0.95, bootstrapSeed)
	if len(c.Cells) > 1 {
		c.Overall = stats.Wilcoxon(a, b)
		c.Warnings = append(c.Warnings, c.Overall.Warnings...)
	}
}
