package report

import (
	"fmt"
	"slices"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/stats"
	"mambamixer/plots"
)

// fig4 lays out tests at other sizes of pictures than those of the training: a row is a model, a column a size. The paper's
// points stand in a table and a figure of their own.
func fig4(s *Section, a *analysis) {
	for _, set := range a.sets() {
		if t := a.sizes(set); len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
			s.drawSizes(set, on(a.entries, set)[0].named, t)
			s.Findings = append(s.Findings, t.gains()...)
		}
	}
	published := quotedSizes()
	s.Tables = append(s.Tables, published)
	s.drawSizes("published", "Published, ImageNet-1K", published)
	if a.any() {
		s.Tables = append(s.Tables, everyPicture(a))
	}
}

// sizes has the accuracies of the models on a data set, by the size of the pictures.
func (a *analysis) sizes(set string) *Table {
	entries := on(a.entries, set)
	t := &Table{ID: "fig4-" + set, Head: "model"}
	sizes := map[int]bool{}
	for _, e := range entries {
		for _, size := range e.sizes() {
			sizes[size] = true
		}
	}
	var order []int
	for size := range sizes {
		order = append(order, size)
	}
	slices.Sort(order)
	for _, size := range order {
		t.Columns = append(t.Columns, Column{Name: fmt.Sprintf("%d px", size)})
	}
	for _, e := range entries {
		if !e.filled() {
			continue
		}
		if t.Caption == "" {
			t.Caption = fmt.Sprintf("%s: top-1 accuracy in per cent by the size of the test pictures, trained at %d pixels: %s", e.named, e.Size, spreadOf(entries))
		}
		row := Row{Name: e.Model}
		for _, size := range order {
			row.Cells = append(row.Cells, e.atSize(size))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// spreadOf says what cells show.
func spreadOf(entries []*entry) string {
	if slices.ContainsFunc(entries, func(e *entry) bool { return len(e.Runs) > 1 }) {
		return "mean ± standard deviation (runs)"
	}
	return "one run each"
}

// sizes lists those that its runs were tested at.
func (e *entry) sizes() []int {
	if !e.filled() {
		return nil
	}
	sizes := []int{e.Size}
	for _, s := range e.Runs[0].Sizes {
		sizes = append(sizes, s.Size)
	}
	return sizes
}

// atSize is the accuracy at a size over the runs that were tested there.
func (e *entry) atSize(size int) Cell {
	var values []float64
	for _, run := range e.Runs {
		if size == e.Size {
			values = append(values, accuracy(run.TestError()))
		}
		for _, s := range run.Sizes {
			if s.Size == size {
				values = append(values, 100*s.Top1)
			}
		}
	}
	summary := stats.Summarize(values)
	c := number(summary.Mean, "%.2f")
	if summary.N > 0 {
		c.Spread = fmt.Sprintf("(%d)", summary.N)
	}
	if summary.N > 1 {
		c.Spread = fmt.Sprintf("± %.2f (%d)", summary.Std, summary.N)
	}
	return c
}

// gains says at which size each model is best.
func (t *Table) gains() []string {
	var parts []string
	for _, row := range t.Rows {
		best := -1
		for i, c := range row.Cells {
			if c.Sort == c.Sort && (best < 0 || c.Sort > row.Cells[best].Sort) {
				best = i
			}
		}
		if best >= 0 {
			parts = append(parts, fmt.Sprintf("%s at %s (%s %%)", row.Name, t.Columns[best].Name, row.Cells[best].Value))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"Each model recognises most at the size beside it: " + list(parts) + "."}
}

// quotedSizes is the paper's Figure 4 in numbers.
func quotedSizes() *Table {
	t := &Table{ID: "fig4-published", Caption: "Published on ImageNet-1K, quoted: top-1 accuracy in per cent by the size of the test pictures", Head: "method",
		Notes: []string{"No run of this project is in this table. " + paper.ResolutionSource + "; points marked ' lie behind others and were read off their line."}}
	var sizes []int
	var models []string
	at := map[string]map[int]paper.Accuracy{}
	for _, p := range paper.Resolution() {
		if at[p.Model] == nil {
			at[p.Model] = map[int]paper.Accuracy{}
			models = append(models, p.Model)
		}
		at[p.Model][p.Size] = p
		if !slices.Contains(sizes, p.Size) {
			sizes = append(sizes, p.Size)
		}
	}
	slices.Sort(sizes)
	for _, size := range sizes {
		t.Columns = append(t.Columns, Column{Name: fmt.Sprintf("%d px", size), Quoted: true})
	}
	for _, model := range models {
		row := Row{Name: model}
		for _, size := range sizes {
			c := number(nan, "%f")
			if p, found := at[model][size]; found {
				c = number(p.Top1, "%.1f")
				if p.Hidden {
					c.Value += "'"
				}
			}
			row.Cells = append(row.Cells, quoted(c)...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// drawSizes adds the curves of a table of sizes.
func (s *Section) drawSizes(id, title string, t *Table) {
	figure := plots.Lines{Title: title, X: "size of the test pictures (pixels)", Y: "top-1 accuracy (%)", Marks: true}
	for _, row := range t.Rows {
		line := plots.Line{Name: row.Name}
		for i, c := range row.Cells {
			var size float64
			if _, err := fmt.Sscanf(t.Columns[i].Name, "%g px", &size); err == nil && c.Sort == c.Sort {
				line.X, line.Y = append(line.X, size), append(line.Y, c.Sort)
			}
		}
		if len(line.X) > 1 {
			figure.Of = append(figure.Of, line)
		}
	}
	p, err := plots.LineChart(figure)
	s.draw(id, t.Caption+".", plots.Wide, p, err)
}
