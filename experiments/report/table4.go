package report

import (
	"slices"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
)

// table4 lays out objects: a row is a model, a column a data set; then all precisions of boxes and masks, and apart what the
// paper published and what the code counts of its models.
func table4(s *Section, a *analysis) {
	if a.any() {
		s.Tables = append(s.Tables, a.sized("Average precision of boxes in test pictures",
			"Below: parameters in millions, of backbone and detector. In small pictures, without training on ImageNet before: no published number belongs beside these."))
		for _, set := range a.sets() {
			s.Tables = add(s.Tables, a.precisions(set))
		}
		s.Findings = a.pictureFindings()
		s.drawCourses(a.told(), a.entries)
	}
	s.Tables = add(s.Tables, a.detectorCounts(), publishedObjects(), everyPicture(a))
}

// precisionColumns are those of a table of average precisions.
var precisionColumns = []string{"box AP", "box AP50", "box AP75", "mask AP", "mask AP50", "mask AP75"}

// precisions shows those on a data set, the mean over runs; nothing without runs.
func (a *analysis) precisions(set string) *Table {
	t := &Table{Head: "model"}
	for _, name := range precisionColumns {
		t.Columns = append(t.Columns, Column{Name: name})
	}
	for _, e := range on(a.entries, set) {
		if !e.filled() {
			continue
		}
		t.ID, t.Caption = a.Name+"-precisions-"+set, e.named+": average precision over all thresholds of the overlap, at 0.50 and at 0.75, in per cent, mean over runs"
		row := Row{Name: e.Row}
		for i := range precisionColumns {
			row.Cells = append(row.Cells, number(100*e.share(func(s *result.Scores) float64 { return s.Precisions()[i] }), "%.1f"))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// maskAP is the mean average precision of masks.
func (e *entry) maskAP() float64 {
	return e.share(func(s *result.Scores) float64 { return s.Masks.AP })
}

// detectorCounts holds the parameters of ViM2 with Mask R-CNN beside those that the paper prints.
func (a *analysis) detectorCounts() *Table {
	return a.denseCounts("ViM2 with Mask R-CNN for COCO's 80 classes", paper.ObjectsSource,
		func(v Variant) Dense { return v.Detecting },
		func(model string) (float64, bool) {
			all := paper.Objects()
			i := slices.IndexFunc(all, func(p paper.Detection) bool { return p.Model == model })
			if i < 0 {
				return 0, false
			}
			return all[i].Parameters, true
		})
}

// publishedObjects shows the paper's Table 4.
func publishedObjects() *Table {
	t := &Table{ID: "table4-published", Caption: "Published on COCO, quoted: average precision of boxes and masks in per cent", Head: "backbone",
		Notes: []string{"No run of this project is in this table. " + paper.ObjectsSource + "."}}
	for _, name := range append(slices.Clone(precisionColumns), "parameters (M)") {
		t.Columns = append(t.Columns, Column{Name: name, Quoted: true})
	}
	for _, p := range paper.Objects() {
		row := Row{Name: p.Model}
		for _, v := range []float64{p.BoxAP, p.BoxAP50, p.BoxAP75, p.MaskAP, p.MaskAP50, p.MaskAP75} {
			row.Cells = append(row.Cells, number(v, "%.1f"))
		}
		row.Cells = quoted(append(row.Cells, number(p.Parameters, "%.0f"))...)
		t.Rows = append(t.Rows, row)
	}
	return t
}
