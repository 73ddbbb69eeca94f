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
	verbose := f.Bool("v", false, "show each spec in full: every field that -set takes; and the entries of each study")
	tier := f.tierFlag()
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	if err := experiments.Tier(*tier).Check(); err != nil {
		return &usageError{err.Error()}
	}
	studies, specs := experiments.SearchStudies(words), experiments.Search(words)
	if len(studies) == 0 && len(specs) == 0 {
		return fmt.Errorf("no experiment has %q in its name, model or note; `mambamixer list` shows all", strings.Join(words, " "))
	}
	if *verbose {
		return showInFull(studies, specs, experiments.Tier(*tier))
	}
	if len(studies) > 0 {
		fmt.Println(studyTable(studies, experiments.Tier(*tier)).Text())
	}
	if len(specs) > 0 {
		fmt.Print(specTable(specs).Text())
	}
	return nil
}

func studyTable(studies []experiments.Study, tier experiments.Tier) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "study"}, {Name: "specs", Right: true}, {Name: "question"}, {Name: "cost"}}}
	for _, study := range studies {
		table.Add(study.Name, fmt.Sprint(len(study.Entries(tier))), study.Question, study.Cost)
	}
	return table
}

func specTable(specs []experiments.Spec) *result.Table {
	table := &result.Table{Columns: []result.Column{
		{Name: "spec"}, {Name: "history", Right: true}, {Name: "paper MSE", Right: true}, {Name: "what it is"},
	}}
	for _, spec := range specs {
		published := ""
		if value, found := spec.Published(); found {
			published = fmt.Sprintf("%.3f", value.MSE)
		}
		sees := fmt.Sprint(spec.Data.History)
		if size := spec.Data.Size(); size > 0 {
			sees = fmt.Sprintf("%d px", size)
		}
		table.Add(spec.Name, sees, published, spec.Note)
	}
	return table
}

// showInFull prints the entries of studies as tables and specs as JSON.
func showInFull(studies []experiments.Study, specs []experiments.Spec, tier experiments.Tier) error {
	for _, study := range studies {
		table := &result.Table{Title: study.Name + ": " + study.Title, Columns: []result.Column{
			{Name: "section"}, {Name: "row"}, {Name: "column"}, {Name: "spec"}, {Name: "varies"}}}
		for _, entry := range study.Entries(tier) {
			table.Add(entry.Section, entry.Row, entry.Column, entry.Spec.Name, strings.Join(entry.Varies, ", "))
		}
		fmt.Println(table.Text())
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	for _, spec := range specs {
		resolved, err := spec.At(tier)
		if err != nil {
			return err
		}
		if err := encoder.Encode(resolved); err != nil {
			return err
		}
	}
	return nil
}
