package report

import (
	"fmt"
	"strconv"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
	"mambamixer/plots"
)

// cost lays out what a training step costs: a section of rows is an axis, a row a size along it, a column a model.
func cost(s *Section, a *analysis) {
	main := a.matrix("steps", "A training step: median milliseconds with the distance of its quartiles, floating-point operations, and peak memory of the process",
		"axis: size", (*entry).costs)
	main.Notes = append(main.Notes, "The axes meet at their smallest size. Compilation, evaluation and checkpoints are not counted as time; memory is that of the whole process, "+
		"with XLA and the data. Of several runs the median is shown.")
	s.Tables = append(s.Tables, main)
	exponents := &Table{ID: a.Name + "-exponents", Caption: "With which power of the size time and operations grow", Head: "axis: measure",
		Notes: []string{"The slope of a line through the logarithms of all sizes: 1 is linear growth. What costs the same at every size lowers it."}}
	exponents.Columns = main.Columns
	for _, axis := range a.sections() {
		for _, measure := range []struct {
			id, name, unit string
			of             func(*result.Record) float64
		}{
			{"time", "time of a step", "milliseconds", stepMilliseconds},
			{"operations", "operations of a step", "billions", func(r *result.Record) float64 { return float64(r.StepFLOPs) / 1e9 }},
		} {
			figure := plots.Costs{Title: axis + ": " + measure.name, Size: axis, Time: measure.unit}
			row := Row{Name: axis + ": " + measure.name}
			for _, column := range main.Columns {
				growth := a.growth(axis, column.Name, measure.of)
				row.Cells = append(row.Cells, number(growth.Slope(), "%.2f"))
				if len(growth.Size) > 0 {
					figure.Families = append(figure.Families, []plots.Growth{growth})
				}
			}
			exponents.Rows = append(exponents.Rows, row)
			s.Findings = append(s.Findings, row.powers(main.Columns)...)
			p, err := plots.CostCurve(figure)
			s.draw("curve-"+axis+"-"+measure.id, fmt.Sprintf("%s over the %s, on logarithmic axes, with the slope of each curve.", sentence(measure.name), axis),
				plots.Wide, p, err)
		}
	}
	s.Tables = append(s.Tables, exponents)
}

// powers says in words with which power a measure grows; nothing if it is known of no model.
func (r Row) powers(columns []Column) []string {
	var parts []string
	for i, cell := range r.Cells {
		if cell.Value != absent {
			parts = append(parts, fmt.Sprintf("%s (%s)", columns[i].Name, cell.Value))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{sentence(r.Name) + ", the power of its growth: " + list(parts) + "."}
}

// growth is a measure of a model along an axis, where it was taken.
func (a *analysis) growth(axis, model string, of func(*result.Record) float64) plots.Growth {
	g := plots.Growth{Name: model}
	for _, e := range a.entries {
		size, err := strconv.ParseFloat(e.Row, 64)
		if err != nil || e.Section != axis || e.Column != model {
			continue
		}
		if value := e.median(of); value > 0 {
			g.Size, g.Time = append(g.Size, size), append(g.Time, value)
		}
	}
	return g
}

func stepMilliseconds(r *result.Record) float64 { return 1000 * r.StepSeconds }

// median is the middle of a measure over runs, NaN without one.
func (e *entry) median(of func(*result.Record) float64) float64 {
	var values []float64
	for _, run := range e.Runs {
		values = append(values, of(run))
	}
	return stats.Median(values)
}

// costs shows what a step costs in place of an error.
func (e *entry) costs() Cell {
	c := e.unranked()
	if !e.filled() {
		return c
	}
	milliseconds := e.median(stepMilliseconds)
	c.Value, c.Sort = digits(milliseconds, "%.2f"), milliseconds
	c.Spread = fmt.Sprintf("IQR %.2f (%d)", e.median(func(r *result.Record) float64 { return 1000 * r.StepIQR }), len(e.Runs))
	c.Sub = join(operations(e.median(func(r *result.Record) float64 { return float64(r.StepFLOPs) })),
		fmt.Sprintf("%.2f GB", e.median(func(r *result.Record) float64 { return float64(r.PeakRSS) / 1e9 })))
	c.Title = e.Spec
	return c
}

// operations writes a number of floating-point operations, "" where they are not known.
func operations(n float64) string {
	switch {
	case n >= 1e12:
		return fmt.Sprintf("%.3g TFLOP", n/1e12)
	case n >= 1e9:
		return fmt.Sprintf("%.3g GFLOP", n/1e9)
	case n > 0:
		return fmt.Sprintf("%.3g MFLOP", n/1e6)
	}
	return ""
}
