package report

import (
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// classed is the cell of a classifier of pixels with runs of seeds 0, 1, ... that have these means. Nothing was trained.
func classed(model string, means ...float64) result.Cell {
	c := result.Cell{Row: model, Column: "camvid", Spec: strings.ToLower(model) + "-upernet/camvid", Model: model, Data: "camvid", Size: 120}
	for seed, mean := range means {
		r := made(model, "CamVid", 0, uint64(seed), 0)
		r.Spec, r.History, r.Size, r.Parameters = c.Spec, 0, 120, 714640
		r.Last = &result.Scores{Top1: 0.9, MIoU: mean, IoU: []result.ClassIoU{{Class: "sky", IoU: mean + 0.1}, {Class: "pole", IoU: mean - 0.1}}, Loss: 1, Windows: 233}
		r.Curve = course(mean)
		c.Runs = append(c.Runs, r)
	}
	return c
}

// The mean over classes counts, the higher the better; the classes stand in a table of their own, and the paper's apart.
func TestScenes(t *testing.T) {
	in := input("table3", classed("ViM2-Nano", 0.50, 0.51, 0.52), classed("ResNet-Nano", 0.401, 0.41, 0.422))
	study := &in.Studies[0]
	study.Pictures, study.Scenes, study.Sets = true, true, []string{"camvid"}
	study.Variants = []Variant{{Name: "ViM2-T", Segmenting: Dense{56_000_000, 32_000_000}}, {Name: "ViM2-MLP"}}
	r := New(in)
	table := r.table(t, "table3-models")
	if c := table.at(t, "ViM2-Nano", "CamVid"); c.Value != "51.00" || c.Spread != "± 1.00 (3)" || c.Mark != Best || c.Sub != "0.71 M" {
		t.Errorf("the best: %+v", c)
	}
	if c := r.table(t, "table3-classes-camvid").at(t, "pole", "ResNet-Nano"); c.Value != "31.1" {
		t.Errorf("a class: %+v", c)
	}
	if c := r.table(t, "table3-published").at(t, "ViM2-T", "one scale"); c.Value != "48.6" || c.State != Quoted {
		t.Errorf("published: %+v", c)
	}
	if counts := r.table(t, "table3-counts"); len(counts.Rows) != 1 || counts.at(t, "ViM2-T", "deviation").Value != "+10 %" {
		t.Errorf("counts: %+v", counts.Rows)
	}
	s := r.Sections[0]
	checkCourse(t, s, "training loss, both heads", "0.4 of that of the auxiliary head")
	if len(s.Findings) != 1 || !strings.Contains(s.Findings[0], "ViM2-Nano has a mean intersection over union of 51.0 %. More: none. Less: ResNet-Nano") {
		t.Errorf("findings %v", s.Findings)
	}
	if i := slices.Index(s.Columns, "miou_mean"); i < 0 || slices.Contains(s.Columns, "top1_mean") || s.Cells[0][i] != "51" {
		t.Errorf("columns %v, cells %v", s.Columns, s.Cells)
	}
	for _, item := range r.Items {
		if item.Question == "Error measure" && (!strings.Contains(item.Answer, "intersection over union") || strings.Contains(item.Answer, "first guesses")) {
			t.Errorf("the measure is said to be %q", item.Answer)
		}
	}
}
