package bench

import (
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"mambamixer/plots"
	"mambamixer/ssm"
)

// figureSize is that of one panel; the names of the forms need more than the usual width.
var figureSize = plots.Size{Width: 22 * vg.Centimeter, Height: 10.5 * vg.Centimeter}

// drawCosts saves the cost curves: every form over length, forward and with gradients, and the fused kernels over B, D
// and N.
func (g *page) drawCosts(path string) error {
	costs := []plots.Costs{g.lengthCosts(forward), g.lengthCosts(training), g.fused.sweepCosts()}
	var panels []*plot.Plot
	for _, c := range costs {
		panel, err := plots.CostCurve(c)
		if err != nil {
			return err
		}
		panels = append(panels, panel)
	}
	return plots.Save(path, figureSize, panels...)
}

// lengthCosts has a family for this project and for each library of the peers. The fused kernels' forward pass goes on
// to the greatest length measured.
func (g *page) lengthCosts(p pass) plots.Costs {
	c := plots.Costs{
		Title: title(p) + " over L at " + strings.Replace(g.fused.opts.at(0).String(), " L=0", "", 1) + ", with the slope of each curve",
		Size:  "sequence length L", Time: "milliseconds",
	}
	families := map[string]int{}
	for _, form := range g.times.forms {
		curve := growth(short(form), g.times.lengths, g.times.over(form, p))
		if form == string(ssm.Fused) && p == forward {
			curve = g.fused.growth()
			curve.Name = short(form)
		}
		if len(curve.Size) == 0 {
			continue
		}
		library := strings.Fields(shown(form))[0]
		i, known := families[library]
		if !known {
			i = len(c.Families)
			families[library] = i
			c.Families = append(c.Families, nil)
		}
		c.Families[i] = append(c.Families[i], curve)
	}
	return c
}

// short is a form's name without what the legend has no room for.
func short(form string) string {
	name, _, _ := strings.Cut(shown(form), " (")
	return name
}

// over has a form's samples at each length.
func (t *timings) over(form string, p pass) (samples []sample) {
	for _, length := range t.lengths {
		samples = append(samples, t.samples[cell{form, length, p}])
	}
	return samples
}

func (f *fusedReport) sweepCosts() plots.Costs {
	c := plots.Costs{
		Title: "The fused kernels over B, D and N around " + f.opts.plan.swept.String() + ", with slopes",
		Size:  "B, D or N", Time: "milliseconds",
	}
	for _, w := range f.sweeps {
		var family []plots.Growth
		for _, p := range passes {
			family = append(family, growth(string(p)+" over "+w.axis, w.sizes, w.times[p]))
		}
		c.Families = append(c.Families, family)
	}
	return c
}
