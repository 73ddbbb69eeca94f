package report

import (
	"fmt"
	"slices"
	"strconv"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// table2 lays out the classification of pictures: a row is a model, a column a data set. What the paper published stands in a
// table of its own, and so does what the code counts.
func table2(s *Section, a *analysis) {
	if a.any() {
		s.Tables = append(s.Tables, a.sized("Top-1 accuracy on all test pictures",
			"Below: parameters in millions. No published accuracy belongs beside these: the sets are small, and so are models and training."))
		s.Findings = a.pictureFindings()
		s.drawCourses(a.told(), a.entries)
	}
	s.Tables = add(s.Tables, a.counts(), quotedAccuracies("table2", paper.Classification()), everyPicture(a))
}

// vim2Ablation lays out ViM2 with one choice changed at a time, without ranks: with so many variants the best would be best by
// chance.
func vim2Ablation(s *Section, a *analysis) {
	main := a.variants(func(e *entry) Cell {
		c := e.unranked()
		c.Sub = e.parameters()
		return c
	})
	a.nameColumns(main)
	main.Notes = append(main.Notes, "The parameters, in millions, change with some of the choices.")
	published := slices.DeleteFunc(paper.Classification(), func(p paper.Accuracy) bool { return p.Model != "ViM2-T" && p.Model != "ViM2-MLP" })
	s.Tables = append(s.Tables, main, quotedAccuracies(a.Name, published), everyPicture(a))
	s.drawChanges(a)
	s.drawCoursesApart(a.told(), slices.DeleteFunc(slices.Clone(a.entries), func(e *entry) bool { return e.Section != "reference" && e.Section != "dual selection" }))
	s.Findings = a.changeFindings()
}

// sized is the main table of models on data sets: what is measured, in per cent, and below each the model's parameters.
func (a *analysis) sized(measure, note string) *Table {
	t := a.matrix("models", measure+" in per cent, higher is better: mean ± standard deviation (runs)", "model", func(e *entry) Cell {
		c := e.cell()
		c.Sub = e.parameters()
		return c
	})
	a.nameColumns(t)
	t.Notes = append(t.Notes, note)
	return t
}

// accuracies is a table of accuracies, with the names that the runs give the data sets.
func (a *analysis) accuracies(id, head string, show func(*entry) Cell) *Table {
	t := a.matrix(id, "Top-1 accuracy on all test pictures in per cent, higher is better: mean ± standard deviation (runs)", head, show)
	a.nameColumns(t)
	return t
}

// nameColumns gives the columns of data sets the names that the runs use.
func (a *analysis) nameColumns(t *Table) {
	for i, column := range t.Columns {
		for _, e := range a.entries {
			if e.Column == column.Name && e.Data == column.Name {
				t.Columns[i].Name = e.named
				break
			}
		}
	}
}

// parameters writes their number in millions.
func (e *entry) parameters() string {
	if !e.filled() {
		return ""
	}
	return fmt.Sprintf("%.2f M", float64(e.Runs[0].Parameters)/1e6)
}

// counts holds what the code counts of ViM2's variants beside the parameters that the paper prints; operations it has none.
func (a *analysis) counts() *Table {
	t := &Table{ID: a.Name + "-counts", Caption: "ViM2 for ImageNet, 224 pixels and 1000 classes: counts of this code, and the paper's parameters",
		Head: "model", Columns: []Column{{Name: "parameters (M)"}, {Name: "operations (GFLOP)"}, {Name: "paper: parameters (M)", Quoted: true}, {Name: "deviation"}},
		Notes: []string{"Operations of a forward pass, a multiply-add is two; the paper has none. How many pictures a second they take is in docs/benchmarks-vision.md. None of these models was trained here. Paper: " + paper.ClassificationSource + "."}}
	for _, v := range a.Variants {
		published, found := publishedSize(v.Name)
		if !found {
			published = nan
		}
		quoted := number(published, "%.0f")
		quoted.State = Quoted
		t.Rows = append(t.Rows, Row{v.Name, []Cell{number(v.millions(), "%.1f"), number(float64(v.FLOPs)/1e9, "%.1f"), quoted, number(v.deviation(), "%+.0f %%")}})
	}
	return t
}

// publishedSize is the number of parameters in millions that the paper prints for a model.
func publishedSize(model string) (float64, bool) {
	for _, p := range paper.Classification() {
		if p.Model == model {
			return p.Parameters, true
		}
	}
	return 0, false
}

// quotedAccuracies shows rows of the paper's Table 2.
func quotedAccuracies(study string, rows []paper.Accuracy) *Table {
	t := &Table{ID: study + "-published", Caption: "Published on ImageNet-1K, quoted: parameters and top-1 accuracy", Head: "group: method",
		Columns: []Column{{Name: "pixels", Quoted: true}, {Name: "parameters (M)", Quoted: true}, {Name: "top-1 %", Quoted: true}},
		Notes:   []string{"No run of this project is in this table. " + paper.ClassificationSource + "."}}
	for _, p := range rows {
		t.Rows = append(t.Rows, Row{p.Group + ": " + p.Model, quoted(number(float64(p.Size), "%.0f"), number(p.Parameters, "%.0f"), number(p.Top1, "%.1f"))})
	}
	return t
}

// quoted marks cells as numbers from the literature.
func quoted(cells ...Cell) []Cell {
	for i := range cells {
		cells[i].State = Quoted
	}
	return cells
}

// pictureFindings says, by data set, where ViM2 stands and what can be told apart.
func (a *analysis) pictureFindings() []string {
	var findings []string
	for _, c := range a.contests {
		var better, worse, tied, untested []string
		mean := nan
		for _, e := range c.filled() {
			switch {
			case e.isReference():
				mean = e.mse.Mean
			case e.change == nil:
			case e.holm != e.holm:
				untested = append(untested, e.Model)
			case e.holm >= alpha:
				tied = append(tied, e.Model)
			case e.change.Difference.Mean < 0:
				better = append(better, fmt.Sprintf("%s (%s)", e.Model, e.changed()))
			default:
				worse = append(worse, fmt.Sprintf("%s (%s)", e.Model, e.changed()))
			}
		}
		if mean == mean && len(better)+len(worse)+len(tied)+len(untested) > 0 {
			findings = append(findings, fmt.Sprintf(a.told().finding,
				c.place, pictureReference, accuracy(mean), list(better), list(worse), list(tied), list(untested)))
		}
	}
	return findings
}

// telling is how a study of pictures names what it counts, in tables, in the CSV form and in sentences.
type telling struct {
	first, second string // columns of tables
	columns       []string
	finding       string
	loss, lossOf  string                 // what a training's loss is, short and in words
	share         func(e *entry) float64 // what the second column has
}

func (a *analysis) told() telling {
	switch {
	case a.Scenes:
		return telling{"mIoU %", "pixels right %", []string{"miou_mean", "miou_std", "pixels_right_mean"},
			"%s: %s has a mean intersection over union of %.1f %%. More: %s. Less: %s. Not told apart: %s. Untested: %s.",
			"training loss, both heads", "the cross-entropy of pixels and 0.4 of that of the auxiliary head", (*entry).topOne}
	case a.Objects:
		return telling{"box AP %", "mask AP %", []string{"box_ap_mean", "box_ap_std", "mask_ap_mean"},
			"%s: %s has an average precision of boxes of %.1f %%. More: %s. Less: %s. Not told apart: %s. Untested: %s.",
			"training loss, all five parts", "the sum of those of anchors, of their moves, of classes, of boxes and of masks", (*entry).maskAP}
	}
	return telling{"top-1 %", "top-5 %", []string{"top1_mean", "top1_std", "top5_mean"},
		"%s: %s recognises %.1f %% of the test pictures. More than it: %s. Fewer: %s. Not told apart: %s. Untested: %s.",
		"training cross-entropy", "the cross-entropy with smoothed labels", (*entry).topFive}
}

// everyPicture lists the cells of classifiers one by one: the table to search and sort.
func everyPicture(a *analysis) *Table {
	t := &Table{ID: a.Name + "-cells", Caption: "Every cell", Head: "spec", Long: true}
	told := a.told()
	for _, name := range []string{"model", "data", "pixels", told.first, told.second, "test pictures", "parameters", "state"} {
		t.Columns = append(t.Columns, Column{Name: name, Text: slices.Contains([]string{"model", "data", "state"}, name)})
	}
	listed := map[string]bool{} // a spec may stand in several cells
	for _, e := range a.entries {
		if listed[e.Spec] {
			continue
		}
		listed[e.Spec] = true
		top1 := e.cell()
		top1.Rank, top1.Sub = "", ""
		t.Rows = append(t.Rows, Row{e.Spec, []Cell{words(e.Model), words(e.named), number(float64(e.Size), "%.0f"), top1, number(100*told.share(e), "%.2f"),
			e.windowsCell(), number(e.median(func(r *result.Record) float64 { return float64(r.Parameters) }), "%.0f"), words(string(e.state()))}})
	}
	return t
}

// topFive is the mean share of test pictures whose class is among the first five guesses.
func (e *entry) topFive() float64 { return e.share(func(s *result.Scores) float64 { return s.Top5 }) }

// topOne is the mean share of test pictures whose class is the first guess, or of pixels.
func (e *entry) topOne() float64 { return e.share(func(s *result.Scores) float64 { return s.Top1 }) }

// share is a mean over runs.
func (e *entry) share(of func(s *result.Scores) float64) float64 {
	var shares []float64
	for _, run := range e.Runs {
		shares = append(shares, of(run.Headline()))
	}
	return stats.Summarize(shares).Mean
}

// pictureRows gives the cells of a study of classifiers in the CSV form.
func (a *analysis) pictureRows() [][]string {
	second := a.told().share
	var rows [][]string
	for _, e := range a.entries {
		pictures, rank, change := "", nan, nan
		if e.filled() {
			pictures = e.windows()
		}
		if e.rank > 0 {
			rank = e.rank
		}
		if e.change != nil {
			change = -100 * e.change.Difference.Mean
		}
		median := func(of func(*result.Record) float64) string { return exact(e.median(of)) }
		rows = append(rows, []string{a.Name, a.tier, e.Section, e.Row, e.Column, e.Spec, e.Model, e.named, strconv.Itoa(e.Size), string(e.state()), strconv.Itoa(e.mse.N),
			exact(accuracy(e.mse.Mean)), exact(100 * e.mse.Std), exact(100 * second(e)), pictures, exact(rank), string(e.mark), string(e.tie),
			exact(change), exact(e.holm), strconv.Itoa(len(e.Failed)), strconv.Itoa(len(e.Stale)), strconv.Itoa(len(e.disputed)),
			median(func(r *result.Record) float64 { return float64(r.Parameters) }), median(func(r *result.Record) float64 { return r.Seconds }),
			median(func(r *result.Record) float64 { return r.StepSeconds }), median(func(r *result.Record) float64 { return float64(r.StepFLOPs) }),
			median(func(r *result.Record) float64 { return float64(r.PeakRSS) })})
	}
	return rows
}
