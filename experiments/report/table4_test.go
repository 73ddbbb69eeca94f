package report

import (
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// detector is the cell of a detector with runs of seeds 0, 1, ... that have these precisions of boxes. Nothing was trained.
func detector(model string, precisions ...float64) result.Cell {
	c := result.Cell{Row: model, Column: "pennfudan", Spec: strings.ToLower(model) + "-maskrcnn/pennfudan", Model: model, Data: "pennfudan", Size: 160}
	for seed, p := range precisions {
		r := made(model, "Penn-Fudan", 0, uint64(seed), 0)
		r.Spec, r.History, r.Size, r.Parameters = c.Spec, 0, 160, 860000
		r.Last = &result.Scores{Loss: 1, Windows: 34, Boxes: &result.Precision{AP: p, AP50: p + 0.3, AP75: p - 0.1}, Masks: &result.Precision{AP: p - 0.02, AP50: p + 0.2, AP75: p - 0.2}}
		r.Curve = course(p)
		c.Runs = append(c.Runs, r)
	}
	return c
}

// The precision of boxes counts, the higher the better; all precisions stand in a table of their own, and the paper's apart.
func TestObjects(t *testing.T) {
	in := input("table4", detector("ViM2-Nano", 0.50, 0.51, 0.52), detector("ResNet-Nano", 0.401, 0.41, 0.422))
	study := &in.Studies[0]
	study.Pictures, study.Objects, study.Sets = true, true, []string{"pennfudan"}
	study.Variants = []Variant{{Name: "ViM2-T", Detecting: Dense{43_000_000, 20_000_000}}, {Name: "ViM2-MLP"}}
	r := New(in)
	if c := r.table(t, "table4-models").at(t, "ViM2-Nano", "Penn-Fudan"); c.Value != "51.00" || c.Spread != "± 1.00 (3)" || c.Mark != Best || c.Sub != "0.86 M" {
		t.Errorf("the best: %+v", c)
	}
	for column, want := range map[string]string{"box AP": "41.1", "box AP50": "71.1", "box AP75": "31.1", "mask AP": "39.1", "mask AP50": "61.1", "mask AP75": "21.1"} {
		if c := r.table(t, "table4-precisions-pennfudan").at(t, "ResNet-Nano", column); c.Value != want {
			t.Errorf("%s: %+v", column, c)
		}
	}
	published := r.table(t, "table4-published")
	if c := published.at(t, "ViM2-T", "mask AP75"); c.Value != "45.5" || c.State != Quoted {
		t.Errorf("published: %+v", c)
	}
	if c := published.at(t, "Swin-B", "box AP50"); c.Value == "0.0" {
		t.Errorf("what is not published: %+v", c)
	}
	if counts := r.table(t, "table4-counts"); len(counts.Rows) != 1 || counts.at(t, "ViM2-T", "deviation").Value != "+10 %" {
		t.Errorf("counts: %+v", counts.Rows)
	}
	s := r.Sections[0]
	checkCourse(t, s, "training loss, all five parts", "the sum of those of anchors")
	if len(s.Findings) != 1 || !strings.Contains(s.Findings[0], "ViM2-Nano has an average precision of boxes of 51.0 %. More: none. Less: ResNet-Nano") {
		t.Errorf("findings %v", s.Findings)
	}
	if i := slices.Index(s.Columns, "box_ap_mean"); i < 0 || slices.Contains(s.Columns, "top1_mean") || s.Cells[0][i] != "51" || s.Cells[0][i+2] != "49" {
		t.Errorf("columns %v, cells %v", s.Columns, s.Cells)
	}
	for _, item := range r.Items {
		if item.Question == "Error measure" && (!strings.Contains(item.Answer, "average precision of boxes") || strings.Contains(item.Answer, "first guesses")) {
			t.Errorf("the measure is said to be %q", item.Answer)
		}
	}
}
