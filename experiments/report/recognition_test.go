package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// pictured is the cell of a classifier on CIFAR-10 with runs of seeds 0, 1, ... that recognise these shares. Nothing was trained.
func pictured(model string, top1 ...float64) result.Cell {
	c := result.Cell{Row: model, Column: "cifar10", Spec: strings.ToLower(model) + "/cifar10", Model: model, Data: "cifar10", Size: 32}
	for seed, share := range top1 {
		r := made(model, "CIFAR-10-JPEG", 0, uint64(seed), 0)
		r.Spec, r.History, r.Size, r.Parameters = c.Spec, 0, 32, 546706
		r.Last = &result.Scores{Top1: share, Top5: 0.9, Loss: 1, Windows: 10000}
		r.Sizes = []result.SizeScores{{Size: 64, Scores: result.Scores{Top1: share - 0.1, Windows: 10000}}}
		r.Curve = course(share)
		c.Runs = append(c.Runs, r)
	}
	return c
}

// course is that of a training whose loss falls.
func course(by float64) []result.CurvePoint {
	return []result.CurvePoint{{Step: 100, Loss: 2}, {Step: 200, Loss: 2 - by, ValLoss: 1.5, ValTop1: by}}
}

// checkCourse checks how the one figure of training losses names them.
func checkCourse(t *testing.T, s *Section, axis, caption string) {
	t.Helper()
	if len(s.Figures) != 1 || !strings.Contains(string(s.Figures[0].SVG), ">"+axis+"<") || !strings.Contains(s.Figures[0].Caption, caption) || strings.Contains(s.Figures[0].Caption, "smoothed") {
		t.Errorf("%d figures, want one of %q, %q", len(s.Figures), axis, caption)
	}
}

func pictures(study string, cells ...result.Cell) Input {
	in := input(study, cells...)
	in.Studies[0].Pictures, in.Studies[0].Sets = true, []string{"cifar10"}
	return in
}

// The more pictures are recognised the better, and accuracies of others stand apart.
func TestAccuracies(t *testing.T) {
	r := New(pictures("table2", pictured("ViM2-Nano", 0.70, 0.71, 0.72), pictured("ResNet-Nano", 0.60, 0.61, 0.623), pictured("ViT-Nano", 0.801, 0.812, 0.823),
		pictured("Vim-Nano")))
	table := r.table(t, "table2-models")
	best := table.at(t, "ViT-Nano", "CIFAR-10-JPEG")
	if best.Value != "81.20" || best.Spread != "± 1.10 (3)" || best.Mark != Best || best.Rank != "1" || best.Sub != "0.55 M" || math.Abs(best.Sort-81.2) > 1e-9 {
		t.Errorf("the best: %+v", best)
	}
	if second := table.at(t, "ViM2-Nano", "CIFAR-10-JPEG"); second.Mark != Second || second.Value != "71.00" {
		t.Errorf("the second: %+v", second)
	}
	if got := table.at(t, "Vim-Nano", "CIFAR-10-JPEG").Value; got != "missing" {
		t.Errorf("what was not run is %q", got)
	}
	for _, column := range table.Columns {
		if column.Quoted {
			t.Errorf("column %s is of published numbers", column.Name)
		}
	}
	if published := r.table(t, "table2-published"); len(published.Rows) != 36 || published.at(t, "SSMs: ViM2-T", "top-1 %").Value != "82.7" || !published.Columns[2].Quoted {
		t.Errorf("published: %+v", published)
	}
	drawn := slices.IndexFunc(r.Sections[0].Figures, func(f *Figure) bool { return f.ID == "table2-courses-cifar10" })
	if drawn < 0 || !strings.Contains(string(r.Sections[0].Figures[drawn].SVG), "ViT-Nano, mean of 3 seeds") || strings.Contains(string(r.Sections[0].Figures[drawn].SVG), "Vim-Nano") {
		t.Errorf("the training losses are figure %d", drawn)
	}
	if caption := r.Sections[0].Figures[drawn].Caption; !strings.Contains(caption, "The loss is the cross-entropy with smoothed labels, with augmentation") {
		t.Errorf("the training losses are called %q", caption)
	}
	want := "CIFAR-10-JPEG: ViM2-Nano recognises 71.0 % of the test pictures. More than it: ViT-Nano (+10.20 points). Fewer: ResNet-Nano (-9.90 points). Not told apart: none. Untested: none."
	if !slices.Contains(r.Sections[0].Findings, want) {
		t.Errorf("findings %q", r.Sections[0].Findings)
	}
	unequal := New(pictures("table2", pictured("ViM2-Nano", 0.70, 0.71), pictured("ResNet-Nano", 0.60))).Sections[0].Warnings
	if want := "On 1 of 1 data set the models were run a different number of times; tests use the seeds that both have."; !slices.Contains(unequal, want) {
		t.Errorf("warnings %q", unequal)
	}
	var file bytes.Buffer
	if err := r.Sections[0].CSV(&file); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(rows) != 5 || rows[1][slices.Index(rows[0], "data")] != "CIFAR-10-JPEG" || !strings.HasPrefix(rows[1][slices.Index(rows[0], "top1_mean")], "71") ||
		rows[1][slices.Index(rows[0], "test_pictures")] != "10000" {
		t.Errorf("CSV %v, %v", rows, err)
	}
	var page, text, tex bytes.Buffer
	for _, err := range []error{r.HTML(&page), r.Markdown(&text), r.Sections[0].LaTeX(&tex)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for form, content := range map[string]string{"page": page.String(), "Markdown": text.String(), "LaTeX": tex.String()} {
		if !strings.Contains(content, "81.20") || strings.Contains(content, "MSE") {
			t.Errorf("%s lacks the accuracy, or speaks of the MSE", form)
		}
	}
}

// A variant is held against ViM2-Nano, in points of accuracy.
func TestVim2Ablation(t *testing.T) {
	reference, off := pictured("ViM2-Nano", 0.70, 0.71, 0.72), pictured("ViM2-Nano, convolution off", 0.69, 0.70, 0.7101)
	reference.Section, off.Section, off.Row, off.Varies = "reference", "convolution", "off", []string{"model.conv=0"}
	mlp := pictured("ViM2-MLP", 0.71, 0.70)
	mlp.Section, mlp.Row, mlp.Varies = "dual selection", "MLP", []string{"model.channel_mixer=mlp"}
	r := New(pictures("vim2-ablation", reference, off, mlp))
	s, table := r.Sections[0], r.table(t, "vim2-ablation-variants")
	if want := "Higher accuracy: none. Lower accuracy: convolution: off (-1.00 points)."; len(s.Findings) != 1 || !strings.Contains(s.Findings[0], want) {
		t.Errorf("findings %q, want %q", s.Findings, want)
	}
	if f := s.Figures[0]; !strings.Contains(f.Caption, "difference of the top-1 accuracy to ViM2-Nano") || !strings.Contains(string(f.SVG), "above 0 is better") {
		t.Errorf("the figure of changes is called %q", f.Caption)
	}
	if f := s.Figures[1]; !strings.Contains(string(f.SVG), "MLP, mean of 2 seeds") || strings.Contains(string(f.SVG), "ViM2-Nano, mean") || !strings.Contains(string(f.SVG), "less the reference") {
		t.Errorf("the figure of training losses is called %q", f.Caption)
	}
	apart := less(plots.Series{Steps: []int{100, 200, 300}, Y: []float64{2, 1.5, 1}}, plots.Series{Steps: []int{100, 300}, Y: []float64{2.5, 0.5}})
	if !slices.Equal(apart.Steps, []int{100, 300}) || !slices.Equal(apart.Y, []float64{-0.5, 0.5}) {
		t.Errorf("the losses are %v apart", apart)
	}
	if got := table.at(t, "convolution: off", "CIFAR-10-JPEG"); !strings.Contains(got.Sub, "-1.00 points, p ") || !strings.HasSuffix(got.Sub, " *") {
		t.Errorf("%+v", got)
	}
	if got := table.at(t, "reference: ViM2-Nano", "CIFAR-10-JPEG"); !strings.Contains(got.Sub, "reference") {
		t.Errorf("%+v", got)
	}
}

// Accuracies stand at the sizes that were tested, and the paper's stand apart.
func TestResolution(t *testing.T) {
	r := New(pictures("fig4", pictured("ViM2-Nano", 0.70, 0.72), pictured("Vim-Nano")))
	table := r.table(t, "fig4-cifar10")
	if got := table.at(t, "ViM2-Nano", "64 px"); got.Value != "61.00" || got.Spread != "± 1.41 (2)" || len(table.Rows) != 1 || len(table.Columns) != 2 {
		t.Errorf("%+v", table)
	}
	if got := r.Sections[0].Findings; len(got) != 1 || got[0] != "Each model recognises most at the size beside it: ViM2-Nano at 32 px (71.00 %)." {
		t.Errorf("findings %q", got)
	}
	if got := r.table(t, "fig4-published").at(t, "VMamba-S", "384 px"); got.Value != "84.0'" || got.State != Quoted {
		t.Errorf("a hidden point: %+v", got)
	}
	if len(r.Sections[0].Figures) != 2 {
		t.Errorf("%d figures, want ours and the paper's", len(r.Sections[0].Figures))
	}
	once := New(pictures("fig4", pictured("ViM2-Nano", 0.70))).table(t, "fig4-cifar10")
	if !strings.HasSuffix(table.Caption, ": mean ± standard deviation (runs)") || !strings.HasSuffix(once.Caption, ": one run each") {
		t.Errorf("captions %q and %q", table.Caption, once.Caption)
	}
}

// Figure 5 joins the sizes of a model, and has the paper's points in a figure of their own.
func TestScaling(t *testing.T) {
	larger := pictured("ViM2-Micro", 0.75)
	larger.Runs[0].Parameters = 2340375
	r := New(pictures("fig5", pictured("ViM2-Nano", 0.70), larger))
	if got := r.table(t, "fig5-models").at(t, "ViM2-Micro", "CIFAR-10-JPEG"); got.Sub != "2.34 M" || got.Rank != "" {
		t.Errorf("%+v", got)
	}
	var ids []string
	for _, f := range r.Sections[0].Figures {
		ids = append(ids, f.ID)
	}
	if !slices.Equal(ids, []string{"fig5-cifar10", "fig5-published"}) {
		t.Errorf("figures %v", ids)
	}
	if got := len(r.table(t, "fig5-published").Rows); got != 3+3+2+3+2+4+3 {
		t.Errorf("%d published points", got)
	}
}

// The sizes of ViM2 need no run, and what differs from the paper is said.
func TestTable8(t *testing.T) {
	v := Variant{Name: "ViM2-T", Parameters: 22_000_000, Parts: []VariantPart{{"token mixers", 15_000_000}, {"channel mixers", 7_000_000}}}
	for _, s := range paper.Stages()[:1] {
		s.TokenMixers++
		v.Stages = append(v.Stages, VariantStage{Stage: s, Parameters: 270_000})
	}
	in := input("table8")
	in.Studies[0].Pictures, in.Studies[0].Variants = true, []Variant{v}
	r := New(in)
	want := "ViM2-T has 22.0 million parameters, +10.0 % off the printed 20 million. All but the channel mixers, whose layout the paper leaves open, come to 15.0 million. Differing from the printed ones: stage 1."
	if s := r.Sections[0]; len(s.Findings) != 1 || s.Findings[0] != want || s.Command != "mambamixer report table8" {
		t.Errorf("findings %q, command %q", s.Findings, s.Command)
	}
	stages := r.table(t, "table8-stages")
	if got, published := stages.at(t, "ViM2-T: stage 1", "token mixers"), stages.at(t, "ViM2-T: stage 1", "paper: token mixers"); got.Value != "3 x 96" || published.Value != "2 x 96" || published.State != Quoted {
		t.Errorf("%+v beside %+v", got, published)
	}
}
