package report

import (
	"fmt"
	"math"
	"slices"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/stats"
)

// table3 lays out classes of pixels: a row is a model, a column a data set; then what each class has, and apart what the paper
// published and what the code counts of its models.
func table3(s *Section, a *analysis) {
	if a.any() {
		s.Tables = append(s.Tables, a.sized("Mean intersection over union on all test pictures",
			"Below: parameters in millions, of backbone and heads. At the size that the model sees, without training on ImageNet before: no published number belongs beside these."))
		for _, set := range a.sets() {
			s.Tables = add(s.Tables, a.byClass(set))
		}
		s.Findings = a.pictureFindings()
		s.drawCourses(a.told(), a.entries)
	}
	s.Tables = add(s.Tables, a.segmenterCounts(), publishedScenes(), everyPicture(a))
}

// byClass shows the intersection over union of each class on a data set, the mean over runs; nothing without runs.
func (a *analysis) byClass(set string) *Table {
	var entries []*entry
	var classes []string
	for _, e := range on(a.entries, set) {
		if !e.filled() {
			continue
		}
		entries = append(entries, e)
		for _, run := range e.Runs {
			for _, c := range run.Headline().IoU {
				if !slices.Contains(classes, c.Class) {
					classes = append(classes, c.Class)
				}
			}
		}
	}
	const most = 20 // 150 classes make no table
	if len(entries) == 0 || len(classes) > most {
		return &Table{}
	}
	t := &Table{ID: a.Name + "-classes-" + set, Caption: entries[0].named + ": intersection over union of each class in per cent, mean over runs", Head: "class"}
	for _, e := range entries {
		t.Columns = append(t.Columns, Column{Name: e.Row})
	}
	for _, class := range classes {
		row := Row{Name: class}
		for _, e := range entries {
			var shares []float64
			for _, run := range e.Runs {
				for _, c := range run.Headline().IoU {
					if c.Class == class {
						shares = append(shares, 100*c.IoU)
					}
				}
			}
			row.Cells = append(row.Cells, number(stats.Summarize(shares).Mean, "%.1f"))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// segmenterCounts holds the parameters of ViM2 with UPerNet beside those that the paper prints.
func (a *analysis) segmenterCounts() *Table {
	return a.denseCounts("ViM2 with UPerNet for ADE20K's 150 classes", paper.ScenesSource,
		func(v Variant) Dense { return v.Segmenting },
		func(model string) (float64, bool) {
			all := paper.Scenes()
			i := slices.IndexFunc(all, func(p paper.Segmentation) bool { return p.Model == model })
			if i < 0 {
				return 0, false
			}
			return all[i].Parameters, true
		})
}

// denseCounts holds the parameters of ViM2 with another head beside those that the paper prints, in millions.
func (a *analysis) denseCounts(of, source string, counted func(v Variant) Dense, published func(model string) (float64, bool)) *Table {
	t := &Table{ID: a.Name + "-counts", Caption: of + ": parameters of this code, and the paper's", Head: "model",
		Columns: []Column{{Name: "parameters (M)"}, {Name: "of the head (M)"}, {Name: "paper: parameters (M)", Quoted: true}, {Name: "deviation"}},
		Notes:   []string{"None of these models was trained here. Paper: " + source + "."}}
	for _, v := range a.Variants {
		theirs, found := published(v.Name)
		if !found || counted(v).Parameters == 0 {
			continue
		}
		millions := float64(counted(v).Parameters) / 1e6
		quoted := number(theirs, "%.0f")
		quoted.State = Quoted
		t.Rows = append(t.Rows, Row{v.Name, []Cell{number(millions, "%.1f"), number(float64(counted(v).Head)/1e6, "%.1f"), quoted, number(100*(millions/theirs-1), "%+.0f %%")}})
	}
	return t
}

// publishedScenes shows the paper's Table 3.
func publishedScenes() *Table {
	t := &Table{ID: "table3-published", Caption: "Published on ADE20K, quoted: mean intersection over union in per cent, at one scale and at several", Head: "backbone",
		Columns: []Column{{Name: "one scale", Quoted: true}, {Name: "several", Quoted: true}, {Name: "parameters (M)", Quoted: true}},
		Notes:   []string{fmt.Sprintf("No run of this project is in this table. %s.", paper.ScenesSource)}}
	for _, p := range paper.Scenes() {
		several := math.NaN()
		if p.MultiScale > 0 {
			several = p.MultiScale
		}
		t.Rows = append(t.Rows, Row{p.Model, quoted(number(p.SingleScale, "%.1f"), number(several, "%.1f"), number(p.Parameters, "%.0f"))})
	}
	return t
}
