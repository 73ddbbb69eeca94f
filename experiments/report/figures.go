package report

import (
	"html/template"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"mambamixer/experiments/stats"
	"mambamixer/plots"
)

// Figure is a drawing with what it shows in words.
type Figure struct {
	ID, Caption string // a table may have the same ID
	SVG         template.HTML
}

// draw adds the figure that a function of package plots made; one that has nothing to show is left out.
func (s *Section) draw(id, caption string, size plots.Size, p *plot.Plot, err error) {
	if err == nil {
		s.addFigure(id, caption, size, p)
	}
}

// addFigure adds a figure of panels, one below the other.
func (s *Section) addFigure(id, caption string, size plots.Size, panels ...*plot.Plot) {
	svg, err := plots.SVG(size, panels...)
	if err != nil {
		return
	}
	s.Figures = append(s.Figures, &Figure{s.Name + "-" + id, caption, template.HTML(svg)})
}

// shownRivals is the number of rivals in a figure of errors over horizons, those of lowest error: more could not be told
// apart.
const shownRivals = 3

// drawHorizons adds, for each data set with several horizons, the errors of TSM2, its control, the paper's, and the best
// rivals, each divided by TSM2's: errors grow so much with the horizon that they would hide how models differ.
func (s *Section) drawHorizons(a *analysis) {
	for _, set := range a.sets() {
		here := on(a.entries, set)
		var horizons []int
		for _, e := range here {
			if !slices.Contains(horizons, e.Horizon) {
				horizons = append(horizons, e.Horizon)
			}
		}
		if len(horizons) < 2 || len(ofModel(here, reference)) == 0 {
			continue
		}
		slices.Sort(horizons)
		figure := plots.Horizons{Title: set, Measure: "test MSE / that of TSM2", Horizons: horizons}
		for _, name := range shown(here) {
			figure.Models = append(figure.Models, overHorizons(ofModel(here, name), name, horizons))
		}
		if quoted := publishedOverHorizons(here, horizons); quoted != nil {
			figure.Models = append(figure.Models, *quoted)
		}
		ours := slices.Clone(figure.Models[0].Mean)
		for _, m := range figure.Models {
			for i := range horizons {
				m.Mean[i] /= ours[i]
				if m.Std != nil {
					m.Std[i] /= ours[i]
				}
			}
		}
		p, err := plots.HorizonErrors(figure)
		s.draw("horizons-"+set, set+": test MSE over the horizon, mean and standard deviation over seeds, of TSM2, its control, the "+
			"rivals of lowest mean error, and the paper's TSM2, all divided by TSM2's mean at the horizon, so TSM2 is at 1 and what is above has a higher error.", plots.Tall, p, err)
	}
}

// shown lists TSM2, its control and the best rivals of a data set.
func shown(entries []*entry) []string {
	type candidate struct {
		name string
		mean float64
	}
	names := []string{reference}
	var rivals []candidate
	complete := len(ofModel(entries, reference))
	for _, name := range models(entries) {
		of := ofModel(entries, name)
		switch {
		case name == reference:
		case name == control:
			names = append(names, name)
		case len(of) == complete:
			c := candidate{name: name}
			for _, e := range of {
				c.mean += e.mse.Mean / float64(len(of))
			}
			rivals = append(rivals, c)
		}
	}
	slices.SortStableFunc(rivals, func(a, b candidate) int { return compareFloats(a.mean, b.mean) })
	for _, c := range rivals[:min(shownRivals, len(rivals))] {
		names = append(names, c.name)
	}
	return names
}

// control is TSM2 without its mixers: the same embedding, head and training.
const control = "TSM2 without mixers"

func overHorizons(entries []*entry, name string, horizons []int) plots.HorizonModel {
	m := plots.HorizonModel{Name: name}
	for _, horizon := range horizons {
		summary := stats.Summarize(nil)
		if i := slices.IndexFunc(entries, func(e *entry) bool { return e.Horizon == horizon }); i >= 0 {
			summary = entries[i].mse
		}
		m.Mean, m.Std = append(m.Mean, summary.Mean), append(m.Std, summary.Std)
	}
	return m
}

// publishedOverHorizons is the paper's TSM2; nil if nothing is published.
func publishedOverHorizons(entries []*entry, horizons []int) *plots.HorizonModel {
	m := plots.HorizonModel{Name: reference, Quoted: true}
	found := false
	for _, horizon := range horizons {
		mean := nan
		for _, e := range entries {
			if e.Model == reference && e.Horizon == horizon && e.Paper != nil {
				mean, found = e.Paper.MSE, true
			}
		}
		m.Mean = append(m.Mean, mean)
	}
	if !found {
		return nil
	}
	return &m
}

// drawRanks adds the diagram of a ranking.
func (s *Section) drawRanks(id string, r ranking) {
	figure := plots.AverageRanks{Names: r.models, Ranks: r.Ranks, Difference: r.difference, Cells: r.N}
	p, err := plots.CriticalDifference(figure)
	s.draw(id, "Average ranks; a bar joins models that differ by less than the critical difference.", figure.Size(), p, err)
}

// drawChanges adds, for each data set, the differences of variants to TSM2, in the unit and the direction of the table.
func (s *Section) drawChanges(a *analysis) {
	for _, c := range a.contests {
		measure, model := "test "+a.measure(), reference
		figure := plots.Bars{Title: c.entries[0].named, Axis: "change of the test " + a.measure() + " (%), above 0 is worse", Test: "told apart"}
		if a.Pictures {
			measure, model, figure.Axis = "top-1 accuracy", pictureReference, "change of the top-1 accuracy (points), above 0 is better"
		}
		for _, e := range c.entries {
			if e.change == nil || e.change.Test.N == 0 {
				continue
			}
			last := len(figure.Groups) - 1
			if last < 0 || figure.Groups[last].Name != e.Section {
				figure.Groups = append(figure.Groups, plots.BarGroup{Name: e.Section})
				last++
			}
			interval := e.change.Difference.Interval(1 - alpha)
			bar := plots.Bar{Label: e.Row, Mean: e.points(interval.Estimate), Low: e.points(interval.Low), High: e.points(interval.High), N: e.change.Test.N, Passes: e.holm < alpha}
			if bar.High < bar.Low { // an accuracy falls as the error grows
				bar.Low, bar.High = bar.High, bar.Low
			}
			figure.Groups[last].Bars = append(figure.Groups[last].Bars, bar)
		}
		p, err := plots.AblationBars(figure)
		s.draw("changes-"+c.entries[0].Data, c.entries[0].named+": difference of the "+measure+" to "+model+", of runs paired by seed, with its 95 % interval. "+
			"A filled point is told apart by the p of the table, which is corrected for the number of variants; the interval is not.",
			figure.Size(), p, err)
	}
}

// drawShares adds the map of what each model explains of each generated set.
func (s *Section) drawShares(a *analysis, t *Table) {
	figure := plots.Heat{Unit: "%, 100 = the best forecast that there is", Ends: [2]float64{-100, 100}}
	for _, column := range t.Columns {
		figure.Columns = append(figure.Columns, column.Name)
	}
	for _, row := range t.Rows {
		values := make([]float64, len(t.Columns))
		known := false
		for i, column := range t.Columns {
			values[i] = nan
			for _, e := range a.entries {
				if e.row() == row.Name && e.Column == column.Name {
					values[i] = 100 * a.share(e)
				}
			}
			known = known || !math.IsNaN(values[i])
		}
		if known {
			figure.Rows, figure.Values = append(figure.Rows, row.Name), append(figure.Values, values)
		}
	}
	p, err := plots.HeatMap(figure)
	s.draw("explained", "Share explained of what can be explained of each generated set. The colours end at -100 %, where an error is as far above that of the mean as the best forecast's is below it; what is lower has the colour of the end.", figure.Size(), p, err)
}
