package inspect

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"

	"mambamixer/plots"
)

// Figure is a figure of one or more panels, to be saved by plots.Save.
type Figure struct {
	Name   string // of its file, without the ending: "weights", "selectivity", "fields", "maps" or "seeds"
	Size   plots.Size
	Panels []*plot.Plot
}

// Figures draws what there is: the weights of the averages, the selectivity of the time mixers, or of ViM2 the receptive
// fields and the selectivity of the token mixers, and of several seeds the course of the training.
func (i *Inspection) Figures() ([]Figure, error) {
	var figures []Figure
	add := func(name string, heats []plots.Heat) error {
		if len(heats) == 0 {
			return nil
		}
		f := Figure{Name: name, Size: heats[0].Size()}
		for _, heat := range heats {
			panel, err := plots.HeatMap(heat)
			if err != nil {
				return err
			}
			f.Panels = append(f.Panels, panel)
		}
		figures = append(figures, f)
		return nil
	}
	if err := add("weights", i.weightMaps()); err != nil {
		return nil, err
	}
	if err := add("selectivity", i.selectivityMaps()); err != nil {
		return nil, err
	}
	maps, err := i.mapFigures()
	if err != nil {
		return nil, err
	}
	figures = append(figures, maps...)
	if len(i.Seeds) > 1 && len(i.Training) > 0 {
		panel, err := plots.SeedBands(i.bands())
		if err != nil {
			return nil, err
		}
		figures = append(figures, Figure{"seeds", plots.Wide, []*plot.Plot{panel}})
	}
	return figures, nil
}

// Draw saves the figures in a folder, as PNG and SVG, and gives their paths.
func (i *Inspection) Draw(dir string) (paths []string, err error) {
	figures, err := i.Figures()
	if err != nil {
		return nil, err
	}
	for _, f := range figures {
		for _, ending := range []string{".png", ".svg"} {
			path := filepath.Join(dir, f.Name+ending)
			if err := plots.Save(path, f.Size, f.Panels...); err != nil {
				return nil, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// place is where a weight stands in a map: the row is the mixer whose input the average is, the column what it adds.
func (w Weight) place() (row, column string) {
	mixer := map[string]string{"alpha": "token mixer", "beta": "token mixer", "theta": "channel mixer", "gamma": "channel mixer"}[w.Name]
	row = w.Average + " " + mixer
	if w.Average == "output" || strings.Contains(w.Average, "/") { // ViM2's averages are named after their mixers
		row = w.Average
	}
	source, letters := "token", "α, θ"
	if w.Name == "beta" || w.Name == "gamma" {
		source, letters = "channel", "β, γ"
	}
	if w.Index == 0 {
		return row, letters + ": x"
	}
	return row, fmt.Sprintf("%s: %s%d", letters, source, w.Index-1)
}

// weightMaps are the weights at the start, at the end, and how much training changed them, with the token outputs' weights at
// the left and the channel outputs' at the right. Over several seeds a change has no sign: signs differ from seed to seed, and would
// cancel.
func (i *Inspection) weightMaps() []plots.Heat {
	var rows, tokens, channels []string
	initial, learned, change := values{}, values{}, values{}
	for _, w := range i.Weights {
		row, column := w.place()
		rows = appendNew(rows, row)
		if w.Name == "alpha" || w.Name == "theta" {
			tokens = appendNew(tokens, column)
		} else {
			channels = appendNew(channels, column)
		}
		at := cell{row, column}
		initial[at] = append(initial[at], w.Initial)
		learned[at] = append(learned[at], w.Learned)
		moved := w.Learned - w.Initial
		if len(i.Seeds) > 1 {
			moved = math.Abs(moved)
		}
		change[at] = append(change[at], moved)
	}
	if len(rows) == 0 {
		return nil
	}
	columns := append(tokens, channels...)
	limits := learned.limits(initial.limits([2]float64{math.Inf(1), math.Inf(-1)}))
	of, size := fmt.Sprintf(", mean of %d seeds", len(i.Seeds)), "Size of the change in training"
	if len(i.Seeds) == 1 {
		of, size = fmt.Sprintf(", seed %d", i.Seeds[0]), "Change in training"
	}
	heat := func(title string, v values) plots.Heat {
		return plots.Heat{Title: title, YAxis: "input of", Columns: columns, Rows: rows, Values: v.means(rows, columns)}
	}
	maps := []plots.Heat{
		heat(i.Spec+": initial weights of the averages", initial),
		heat("Learned weights"+of, learned),
		heat(size+of, change),
	}
	maps[0].Limits, maps[1].Limits = limits, limits
	return maps
}

// selectivityMaps are the window and, below it, the step sizes of each layer, in per cent from the layer's mean: on one scale for all,
// so that a layer that hardly selects looks like one.
func (i *Inspection) selectivityMaps() []plots.Heat {
	var quantities, variates []string
	all := map[string]values{}
	lengths := map[string]int{}
	for _, c := range i.Selectivity {
		quantities, variates = appendNew(quantities, c.Quantity), appendNew(variates, c.Variate)
		if all[c.Quantity] == nil {
			all[c.Quantity] = values{}
		}
		at := cell{c.Variate, strconv.Itoa(c.Index)}
		all[c.Quantity][at] = append(all[c.Quantity][at], c.Value)
		lengths[c.Quantity] = max(lengths[c.Quantity], c.Index+1)
	}
	var maps []plots.Heat
	limit := 0.0
	for _, quantity := range quantities {
		var columns []string
		for index := range lengths[quantity] {
			columns = append(columns, strconv.Itoa(index))
		}
		heat := plots.Heat{Columns: columns, Rows: variates, Values: all[quantity].means(variates, columns)}
		if quantity == Window {
			heat.Title = fmt.Sprintf("%s, seed %d: test window of %s from row %d, standardised", i.Spec, i.Seeds[0], i.Data, i.WindowRow)
			heat.XAxis = "time step"
		} else {
			mean, off := percentOff(heat.Values)
			heat.Title, heat.XAxis = quantity+": step size Δ of the time mixer, mean over channels", "patch"
			heat.Values, heat.Unit = off, fmt.Sprintf("%% from the layer's mean, %.4f", mean)
			for _, row := range off {
				limit = max(limit, slices.Max(row), -slices.Min(row))
			}
		}
		maps = append(maps, heat)
	}
	for m, quantity := range quantities {
		if quantity != Window {
			maps[m].Limits = [2]float64{-limit, limit}
		}
	}
	return maps
}

// percentOff gives the mean of a map, and how far its values are from it, in per cent of it.
func percentOff(values [][]float64) (mean float64, off [][]float64) {
	mean = stat.Mean(slices.Concat(values...), nil)
	for _, row := range values {
		var percent []float64
		for _, v := range row {
			percent = append(percent, 100*(v/mean-1))
		}
		off = append(off, percent)
	}
	return mean, off
}

// bands are training loss and validation error of all seeds.
func (i *Inspection) bands() plots.Bands {
	loss, validation := plots.Band{Name: "training loss"}, plots.Band{Name: "validation error"}
	for _, seed := range i.Seeds {
		var l, v plots.Series
		for _, s := range i.Training {
			if s.Seed != seed {
				continue
			}
			l.Steps, l.Y = append(l.Steps, s.Step), append(l.Y, s.Loss)
			if s.Evaluated() {
				v.Steps, v.Y = append(v.Steps, s.Step), append(v.Y, s.Validation)
			}
		}
		loss.Seeds, validation.Seeds = append(loss.Seeds, l), append(validation.Seeds, v)
	}
	curves := []plots.Band{loss}
	if slices.ContainsFunc(i.Training, Step.Evaluated) {
		curves = append(curves, validation)
	}
	unit := "MSE on standardised data"
	if i.Size > 0 {
		unit = "cross-entropy"
	}
	return plots.Bands{Title: i.Spec, Unit: unit, Curves: curves}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// values are the numbers of the cells of a map, one for each seed.
type values map[cell][]float64

type cell struct{ row, column string }

// means is the table of means, NaN where there is no value.
func (v values) means(rows, columns []string) [][]float64 {
	table := make([][]float64, len(rows))
	for i, row := range rows {
		for _, column := range columns {
			table[i] = append(table[i], stat.Mean(v[cell{row, column}], nil)) // of nothing: NaN
		}
	}
	return table
}

// limits widens limits to the means.
func (v values) limits(limits [2]float64) [2]float64 {
	for _, xs := range v {
		mean := stat.Mean(xs, nil)
		limits = [2]float64{min(limits[0], mean), max(limits[1], mean)}
	}
	return limits
}
