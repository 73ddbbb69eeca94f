package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
	"mambamixer/plots"
)

// details are the values of -detail.
var details = map[string]plots.Detail{"mixers": plots.Mixers, "stacks": plots.Stacks, "insides": plots.Insides}

func runDraw(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	out := f.String("o", "", "`file` of the figure, .svg or .png (default the name, with - for each /, and .svg)")
	detail := f.String("detail", "", "how much of a spec's model is drawn: mixers, stacks (each a box) or insides (what each mixer is made of); default mixers")
	data := f.dataFlag()
	overrides := f.list("set", "`path=value` changes a field of the spec before it is drawn, as in -set model.layers=4; may be repeated")
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		fmt.Print(architectureTable().Text())
		return nil
	}
	if len(names) > 1 {
		return &usageError{fmt.Sprintf("draw makes one figure at a time; there are %d names", len(names))}
	}
	if strings.EqualFold(filepath.Ext(*out), ".pdf") {
		return &usageError{fmt.Sprintf("%s: a diagram has Greek letters, which PDF files of this program lack; save it as .svg, which every converter takes", *out)}
	}
	drawing, err := drawingOf(names[0], *overrides, ltsf.SearchPath(*data))
	if err != nil {
		return err
	}
	if *detail != "" {
		if err := nearest.Check("-detail", *detail, slices.Sorted(maps.Keys(details))...); err != nil {
			return &usageError{err.Error()}
		}
		drawing.Detail = details[*detail]
	}
	figure, err := plots.Diagram(drawing)
	if err != nil {
		return err
	}
	path := *out
	if path == "" {
		path = strings.ReplaceAll(names[0], "/", "-") + ".svg"
	}
	if err := plots.Save(path, drawing.Size(), figure); err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}

// drawingOf is a figure of the paper by its name, or that of a spec's model.
func drawingOf(name string, overrides, dataDirs []string) (plots.Drawing, error) {
	for _, a := range experiments.Architectures() {
		if a.Figure == name && len(overrides) > 0 {
			return plots.Drawing{}, &usageError{fmt.Sprintf("-set changes a spec, and %s is none: draw tsm2/ETTh1/96, say", name)}
		}
		if a.Figure == name {
			return a.Drawing, nil
		}
	}
	variant, err := resolve(name, overrides)
	if err != nil {
		return plots.Drawing{}, &usageError{err.Error()}
	}
	return variant.Spec.Drawing(dataDirs)
}

func architectureTable() *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "figure"}, {Name: "what it shows"}}}
	for _, a := range experiments.Architectures() {
		table.Add(a.Figure, a.Caption)
	}
	table.Add("<spec>", "the model of a spec, such as tsm2/ETTh1/96 or vim2-tiny/imagenet, with its sizes")
	return table
}
