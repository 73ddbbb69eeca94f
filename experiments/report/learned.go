package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mambamixer/experiments/inspect"
	"mambamixer/experiments/stats"
)

// learned shows what runs of TSM2 have learned: a row is an inspection of the tier. It is nil if there is none.
func learned(in Input, all []*analysis) *Section {
	s := &Section{Name: "learned", Title: "What TSM2 and ViM2 have learned", Question: "what do the averages weigh, what do the token mixers select, and how far does a stage see?"}
	t := &Table{ID: "learned-inspections", Caption: "Weights of the averages, and step sizes of the token mixers in a test window or over a generated picture", Head: "spec",
		Columns: []Column{{Name: "seeds"}, {Name: "mean change of a weight"}, {Name: "largest change"}, {Name: "of the weight", Text: true},
			{Name: "step sizes", Text: true}, {Name: "spread"}, {Name: "runs", Text: true}},
		Notes: []string{"Change: what training did to a weight in one seed; the mean is over weights and seeds, without the sign, for signs differ from seed to seed, and the largest is over both too. Step sizes: Δ of the lowest seed, from the least to the largest over layers, variates and patches; " +
			"of ViM2 means over features, over mixers, routes and places. Spread: their standard deviation over the patches of a variate, or the places of a route, in % of its mean, " +
			"the mean over layers and variates, or mixers and routes; without selection it is 0."}}
	var commands []string
	for _, i := range in.Inspections {
		if i.Tier != in.Tier {
			continue
		}
		c, d := changes(i), stepSizes(i)
		known := standing(i, all)
		if known == outdated {
			s.Warnings = append(s.Warnings, fmt.Sprintf("The inspection of %s is of %s.", i.Spec, outdated))
		}
		t.Rows = append(t.Rows, Row{i.Spec, []Cell{number(float64(len(i.Seeds)), "%.0f"), number(c.mean, "%.4f"), number(c.largest, "%+.4f"), words(c.weight),
			words(d.String()), number(100*d.spread, "%.1f %%"), words(known)}})
		s.Findings = append(s.Findings, learnedFindings(i, c, d)...)
		s.drawLearned(fmt.Sprint(len(t.Rows)), i)
		commands = append(commands, fmt.Sprintf("mambamixer inspect runs/%s/%s/seed-* -o experiments/results/inspections/%s", i.Spec, i.Key, strings.ReplaceAll(i.Spec, "/", "-")))
	}
	if len(t.Rows) == 0 {
		return nil
	}
	s.Tables, s.Command = []*Table{t}, strings.Join(commands, "; ")
	return s
}

// outdated is said of an inspection of runs that the tables don't take.
const outdated = "an earlier form of the spec or its data"

// standing says how an inspection stands to the runs in the tables.
func standing(i *inspect.Inspection, all []*analysis) string {
	known := "not in the tables"
	for _, a := range all {
		for _, e := range a.entries {
			if e.Spec != i.Spec || !e.filled() {
				continue
			}
			if e.Runs[0].Key == i.Key {
				return "those in the tables"
			}
			known = outdated
		}
	}
	return known
}

// change is what training did to the weights of the averages, over weights and seeds; NaN without any.
type change struct {
	mean, largest float64 // the mean without signs, which differ from seed to seed and would cancel
	weight        string  // the one of the largest: "layer1 theta 0, seed 2"
}

func changes(i *inspect.Inspection) change {
	c := change{mean: nan, largest: nan, weight: absent}
	var sizes []float64
	for _, w := range i.Weights {
		moved := w.Learned - w.Initial
		sizes = append(sizes, math.Abs(moved))
		if !(math.Abs(moved) <= math.Abs(c.largest)) {
			c.largest, c.weight = moved, fmt.Sprintf("%s %s %d, seed %d", w.Average, w.Name, w.Index, w.Seed)
		}
	}
	c.mean = stats.Summarize(sizes).Mean
	return c
}

// sizes are the step sizes of the token mixers; spread is NaN without any.
type sizes struct{ low, high, spread float64 }

func stepSizes(i *inspect.Inspection) sizes {
	s := sizes{low: math.Inf(1), high: math.Inf(-1)}
	series := map[[2]string][]float64{}
	var order [][2]string
	for _, c := range i.WithoutWindow().Selectivity {
		at := [2]string{c.Quantity, c.Variate}
		if series[at] == nil {
			order = append(order, at)
		}
		series[at] = append(series[at], c.Value)
	}
	for _, m := range i.Maps {
		if at := [2]string{m.Quantity}; strings.HasPrefix(m.Quantity, "delta/") {
			order, series[at] = append(order, at), slices.Concat(m.Values...)
		}
	}
	var spreads []float64
	for _, at := range order {
		over := stats.Summarize(series[at])
		s.low, s.high = min(s.low, slices.Min(series[at])), max(s.high, slices.Max(series[at]))
		spreads = append(spreads, over.Std/over.Mean)
	}
	s.spread = stats.Summarize(spreads).Mean
	return s
}

func (s sizes) String() string {
	if math.IsNaN(s.spread) {
		return absent
	}
	return fmt.Sprintf("%.4f to %.4f", s.low, s.high)
}

func learnedFindings(i *inspect.Inspection, c change, d sizes) []string {
	var findings []string
	if !math.IsNaN(c.mean) {
		findings = append(findings, fmt.Sprintf("%s: training moves a weight of the averages by %.4f in the mean over weights and seeds, most %s, by %+.4f.", i.Spec, c.mean, c.weight, c.largest))
	}
	if !math.IsNaN(d.spread) {
		over := "patches of a window the step sizes of a variate"
		if len(i.Maps) > 0 {
			over = "places of a picture the step sizes along a route"
		}
		findings = append(findings, fmt.Sprintf("%s: over the %s spread by %.1f %% of their mean.", i.Spec, over, 100*d.spread))
	}
	if reaches := fieldReaches(i); len(reaches) > 0 {
		findings = append(findings, fmt.Sprintf("%s: of what the centre of a stage depends on, %.0f %% lie in a square of so many pixels, before the training and after it: %s.", i.Spec, 100*heldShare, list(reaches)))
	}
	return findings
}

// drawLearned adds the figures of an inspection, but for the window, which belongs to the data set.
func (s *Section) drawLearned(id string, i *inspect.Inspection) {
	figures, err := i.WithoutWindow().Figures()
	if err != nil {
		return
	}
	captions := map[string]string{
		"weights": "weights of the averages at the start, as learned, and how much training changed them, of several seeds the mean without the sign. α and θ scale token outputs, β and γ channel outputs; x is the stack's input.",
		"selectivity": fmt.Sprintf("step size Δ of each layer's time mixer by variate and patch, seed %d, in the test window of %s from row %d. "+
			"A large step takes in more of the patch and forgets more of what came before. Colours are per cent from the mean of the layer, on one scale for all layers.", i.Seeds[0], i.Data, i.WindowRow),
		"fields": fmt.Sprintf("how much what each stage gives at its centre depends on each pixel, before the training and after it, seed %d, mean of %d pictures.", i.Seeds[0], i.Pictures),
		"maps": fmt.Sprintf("step size Δ of each stage's first token mixer along each route over a generated picture, mean over features, seed %d. "+
			"A route visits the places row by row, column by column or diagonal by diagonal, from one of the corners; the scan along it has step sizes of its own. "+
			"Colours are per cent from the mean of the route, on one scale for the routes of a stage.", i.Seeds[0]),
		"seeds": "the course of the training, mean and spread over seeds.",
	}
	for _, f := range figures {
		s.addFigure(id+"-"+f.Name, i.Spec+": "+captions[f.Name], f.Size, f.Panels...)
	}
}

// heldShare is the share of a receptive field that its reach holds.
const heldShare = 0.9

// fieldReaches says how far each stage sees: "stage1 8 and 14".
func fieldReaches(i *inspect.Inspection) (reaches []string) {
	for _, m := range i.Maps {
		stage, trained := strings.CutPrefix(m.Quantity, "field/trained/")
		if before := i.Map("field/untrained/" + stage); trained && before != nil {
			reaches = append(reaches, fmt.Sprintf("%s %d and %d", stage, inspect.Reach(before, heldShare), inspect.Reach(m.Values, heldShare)))
		}
	}
	return reaches
}
