package report

import (
	"cmp"
	"slices"

	"mambamixer/experiments/inspect"
	"mambamixer/experiments/result"
)

// Input is what a report is made of.
type Input struct {
	Tier      string
	Studies   []Study
	Loaded    *result.Loaded
	Sources   []string // folders and files that Loaded came from
	NotAtHand []string // data sets that this machine lacks
	Checklist []Item   // what the records don't know; shown before what they do

	Inspections []*inspect.Inspection // what runs have learned
}

// Study is a question with the cells that answer it.
type Study struct {
	Name, Title, Question string
	Sets                  []string // its data sets; another one stands in for one of these
	Large                 []string // those of Sets that want the tier paper
	Cells                 []result.Cell
	Bounds                map[string]Bounds // by data set, where the best forecast is known
	Deviations            map[string]string // by model, how its runs differ from those of its own paper
	Pictures              bool              // its models classify pictures
	Scenes                bool              // the pictures are scenes, and models classify their pixels
	Objects               bool              // the pictures have objects, and models find them
	Sales                 bool              // its models forecast sales, and errors are the WRMSSE
	Variants              []Variant         // of ViM2, as the code builds them
}

// Bounds are the errors between which a forecast of a generated set lies.
type Bounds struct {
	Needs string  // what the set asks of a model
	Bayes float64 // MSE of the best forecast that there is
	Mean  float64 // MSE of forecasting the mean
}

// Item is a question of the reproducibility checklist, answered.
type Item struct{ Question, Answer string }

// Report is what the writers show.
type Report struct {
	Title    string
	Tier     string
	Sections []*Section
	Troubles []Trouble // records that are not in the tables
	Items    []Item
}

// Section is the answer of one study.
type Section struct {
	Name, Title, Question, Command string

	Findings []string // sentences, the numbers in words
	Tables   []*Table // the main one first
	Figures  []*Figure
	Warnings []string
	Gaps     []Gap
	Columns  []string   // of the CSV form
	Cells    [][]string // of the CSV form; none if there is no study behind it
}

// layouts shows each study in its own way.
var layouts = map[string]func(*Section, *analysis){
	"table5":    table5,
	"table6":    table6,
	"table7":    table7,
	"ablations": ablations,
	"probe":     probe,
	"rivals":    rivals,
	"cost":      cost,

	"table2":        table2,
	"table3":        table3,
	"table4":        table4,
	"vim2-ablation": vim2Ablation,
	"fig4":          fig4,
	"fig5":          fig5,
	"table8":        table8,
}

// New makes a report.
func New(in Input) *Report {
	r := &Report{Title: "MambaMixer: results", Tier: in.Tier}
	var all []*analysis
	for _, study := range in.Studies {
		a := newAnalysis(study, in)
		all = append(all, a)
		s := &Section{Name: study.Name, Title: study.Title, Question: study.Question, Command: study.command(in.Tier)}
		layout, known := layouts[study.Name]
		if !known {
			layout = plain
		}
		if a.any() || len(study.Variants) > 0 {
			layout(s, a)
		}
		s.Warnings, s.Gaps, s.Cells = append(s.Warnings, a.warnings()...), a.gaps(), a.rows()
		s.Columns = a.columns()
		r.Sections = append(r.Sections, s)
	}
	if s := learned(in, all); s != nil {
		r.Sections = append(r.Sections, s)
	}
	r.Troubles = troubles(in, all)
	r.Items = append(slices.Clone(in.Checklist), checklist(in, all)...)
	return r
}

// analysis is a study with its entries judged.
type analysis struct {
	Study
	tier     string
	entries  []*entry
	contests []contest
}

func newAnalysis(study Study, in Input) *analysis {
	a := &analysis{Study: study, tier: in.Tier}
	known := map[string]bool{} // data sets with runs
	for _, cell := range study.Cells {
		e := newEntry(cell, in.Loaded.Conflicts)
		a.entries = append(a.entries, e)
		known[e.Data] = known[e.Data] || e.filled()
	}
	for _, e := range a.entries {
		e.noData = !known[e.Data] && slices.Contains(in.NotAtHand, e.Data)
	}
	a.name()
	a.contests = contests(a.entries)
	for _, c := range a.contests {
		c.rank()
		c.measure()
	}
	return a
}

// name gives entries without runs the name that the runs of others give their data set.
func (a *analysis) name() {
	names := map[string]string{}
	for _, e := range a.entries {
		if e.filled() && names[e.Data] == "" {
			names[e.Data] = e.named
		}
	}
	for _, e := range a.entries {
		if !e.filled() {
			e.named = cmp.Or(names[e.Data], e.named)
		}
	}
}

// any says whether there is anything to show.
func (a *analysis) any() bool {
	return slices.ContainsFunc(a.entries, func(e *entry) bool { return e.filled() || len(e.Failed)+len(e.Stale)+len(e.disputed) > 0 })
}

// sets lists the data sets in the order of the cells.
func (a *analysis) sets() []string {
	var sets []string
	for _, e := range a.entries {
		if !slices.Contains(sets, e.Data) {
			sets = append(sets, e.Data)
		}
	}
	return sets
}

// plain is the layout of a study that has none of its own.
func plain(s *Section, a *analysis) {
	s.Tables = append(s.Tables, a.matrix("models", a.Title, "", (*entry).cell), everyCell(a))
}
