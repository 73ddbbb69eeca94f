package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
)

func runList(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	verbose := f.Bool("v", false, "show each spec in full: every field that -set takes")
	tier := f.String("tier", string(experiments.CPU), "with -v: the `tier` whose budget is shown")
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	specs := experiments.Search(words)
	if len(specs) == 0 {
		return fmt.Errorf("no experiment has %q in its name; `mambamixer list` shows all", strings.Join(words, " "))
	}
	if *verbose {
		return showSpecs(specs, experiments.Tier(*tier))
	}
	table := &result.Table{Columns: []result.Column{
		{Name: "spec"}, {Name: "history", Right: true}, {Name: "paper MSE", Right: true}, {Name: "what it is"},
	}}
	for _, spec := range specs {
		published := ""
		if value, found := spec.Published(); found {
			published = fmt.Sprintf("%.3f", value.MSE)
		}
		table.Add(spec.Name, fmt.Sprint(spec.Data.History), published, spec.Note)
	}
	fmt.Print(table.Text())
	return nil
}

func showSpecs(specs []experiments.Spec, tier experiments.Tier) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	for _, spec := range specs {
		resolved, err := spec.At(tier)
		if err != nil {
			return &usageError{err.Error()}
		}
		if err := encoder.Encode(resolved); err != nil {
			return err
		}
	}
	return nil
}
