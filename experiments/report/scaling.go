package report

import (
	"cmp"
	"slices"
	"strings"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// fig5 lays out accuracy against the number of parameters. The paper's points have a figure of their own: other data, other
// training.
func fig5(s *Section, a *analysis) {
	if a.any() {
		s.Tables = append(s.Tables, a.accuracies("models", "model", func(e *entry) Cell {
			c := e.unranked()
			c.Sub = e.parameters()
			return c
		}))
	}
	for _, set := range a.sets() {
		var points []point
		name := set
		for _, e := range on(a.entries, set) {
			if e.filled() {
				name = e.named
				family := strings.TrimSuffix(strings.TrimSuffix(e.Model, "-Nano"), "-Micro")
				points = append(points, point{family, e.median(func(r *result.Record) float64 { return float64(r.Parameters) }) / 1e6, accuracy(e.mse.Mean)})
			}
		}
		s.drawScaling(set, name, name+": top-1 accuracy in per cent against millions of parameters; a line joins the sizes of a model.", points)
	}
	var published []point
	var rows []paper.Accuracy
	for _, p := range paper.Classification() {
		if family := figure5Family(p); family != "" {
			published, rows = append(published, point{family, p.Parameters, p.Top1}), append(rows, p)
		}
	}
	s.drawScaling("published", "Published, ImageNet-1K", "Published on ImageNet-1K, no run of this project: top-1 accuracy in per cent against millions of parameters. "+paper.ClassificationSource+".", published)
	s.Tables = append(s.Tables, quotedAccuracies(a.Name, rows))
	if a.any() {
		s.Tables = append(s.Tables, everyPicture(a))
	}
}

// point is a model of a family.
type point struct {
	family               string
	parameters, accuracy float64
}

// figure5Family names the families of the paper's Figure 5, "" of a method that it leaves out.
func figure5Family(p paper.Accuracy) string {
	for _, family := range []string{"ResNet", "RegNetY", "DeiT", "Swin", "VMamba", "ViM2", "ViM"} {
		if strings.HasPrefix(p.Model, family+"-") && p.Size == 224 && p.Model != "ViM2-MLP" {
			return family
		}
	}
	return ""
}

// drawScaling adds the figure of points, families of several joined by a line.
func (s *Section) drawScaling(id, title, caption string, points []point) {
	figure := plots.Lines{Title: title, X: "parameters (millions)", Y: "top-1 accuracy (%)", Marks: true}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.parameters, b.parameters) })
	var families []string
	for _, p := range points {
		if !slices.Contains(families, p.family) {
			families = append(families, p.family)
		}
	}
	slices.Sort(families)
	for _, family := range families {
		line := plots.Line{Name: family}
		for _, p := range points {
			if p.family == family {
				line.X, line.Y = append(line.X, p.parameters), append(line.Y, p.accuracy)
			}
		}
		if len(line.X) > 1 {
			figure.Of = append(figure.Of, line)
		}
	}
	p, err := plots.LineChart(figure)
	s.draw(id, caption, plots.Wide, p, err)
}
