package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/ltsf"
	"mambamixer/datasets/m5"
	"mambamixer/datasets/scenes"
	"mambamixer/datasets/synth"
	"mambamixer/experiments"
	"mambamixer/experiments/report"
	"mambamixer/experiments/result"
	"mambamixer/experiments/tuned"
	"mambamixer/internal/nearest"
)

// resultsFolder holds the files of results that are kept with the code.
const resultsFolder = "experiments/results"

func runReport(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	from := f.list("from", "`folder` of runs or of .csv files, or a .csv file of results; may be repeated (default "+resultsFolder+"/*.csv if there are any, else "+defaultRuns+")")
	out := f.String("o", "docs/report", "`folder` of the report")
	tierName := f.tierFlag()
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	tier := experiments.Tier(*tierName)
	if err := tier.Check(); err != nil {
		return &usageError{err.Error()}
	}
	studies, name, err := reported(names)
	if err != nil {
		return &usageError{err.Error()}
	}
	sources := *from
	if len(sources) == 0 {
		sources = kept()
	}
	if len(sources) == 0 && !needsNoRun(studies) {
		return fmt.Errorf("there is neither a .csv file in %s nor a folder %s; `mambamixer sweep %s -tier %s` makes results",
			resultsFolder, defaultRuns, strings.Join(studyNames(studies), " "), tier)
	}
	loaded := new(result.Loaded)
	if len(sources) > 0 {
		if loaded, err = load(sources); err != nil {
			return err
		}
	}
	in := report.Input{Tier: string(tier), Loaded: loaded, Sources: sources, NotAtHand: notAtHand(studies)}
	found := needsNoRun(studies)
	for _, study := range studies {
		s, err := reportStudy(study, tier, loaded.Records())
		if err != nil {
			return err
		}
		in.Studies = append(in.Studies, s)
		found = found || hasResults(s)
	}
	if !found {
		return fmt.Errorf("there is no result of %s at tier %s in %s; `mambamixer sweep %s -tier %s` makes them",
			name, tier, strings.Join(sources, ", "), strings.Join(studyNames(studies), " "), tier)
	}
	if len(studies) > 1 {
		if in.Inspections, err = loadInspections(sources, loaded); err != nil {
			return err
		}
	}
	if !needsNoRun(studies) {
		in.Checklist = protocol(studies)
	}
	files, err := report.New(in).Write(*out, name)
	if err != nil {
		return err
	}
	fmt.Printf("%d records read, %d damaged, %d conflicts\n", len(loaded.Runs), len(loaded.Damaged), len(loaded.Conflicts))
	for _, file := range files {
		fmt.Println(file)
	}
	return nil
}

// needsNoRun says whether there is nothing to train for any of the studies.
func needsNoRun(studies []experiments.Study) bool {
	return !slices.ContainsFunc(studies, func(s experiments.Study) bool { return len(s.Sets) > 0 })
}

// kept lists where results are if nothing is said: the files kept with the code, else the runs, if there are any.
func kept() []string {
	files, err := filepath.Glob(filepath.Join(resultsFolder, "*.csv"))
	if err == nil && len(files) > 0 {
		return files
	}
	if _, err := os.Stat(defaultRuns); err != nil {
		return nil
	}
	return []string{defaultRuns}
}

// reported finds the studies of a report and the name of its files: "report" for all, else the study's own.
func reported(names []string) ([]experiments.Study, string, error) {
	all := experiments.Studies()
	known := append(studyNames(all), "all")
	if len(names) != 1 {
		return nil, "", fmt.Errorf("report needs one of %s", strings.Join(known, ", "))
	}
	if names[0] == "all" {
		return all, "report", nil
	}
	for _, study := range all {
		if study.Name == names[0] {
			return []experiments.Study{study}, study.Name, nil
		}
	}
	return nil, "", fmt.Errorf("there is no report %q%s The reports are %s", names[0], nearest.Hint(names[0], known), strings.Join(known, ", "))
}

func studyNames(studies []experiments.Study) []string {
	var names []string
	for _, study := range studies {
		names = append(names, study.Name)
	}
	return names
}

// reportStudy puts records in their places.
func reportStudy(study experiments.Study, tier experiments.Tier, records []*result.Record) (report.Study, error) {
	cells, err := study.Cells(tier, records)
	s := report.Study{Name: study.Name, Title: study.Title, Question: study.Question, Sets: study.Sets, Large: study.Large, Cells: cells,
		Deviations: study.Deviations, Pictures: study.Pictures, Scenes: study.Scenes, Objects: study.Objects, Sales: study.Sales}
	if study.Name == "table2" || study.Name == "table3" || study.Name == "table4" || study.Name == "table8" {
		s.Variants = variants()
	}
	if err != nil {
		return s, err
	}
	for _, cell := range cells {
		probe, known := synth.FindProbe(cell.Data)
		if _, computed := s.Bounds[cell.Data]; !known || computed {
			continue
		}
		errors, err := probe.Errors(cell.History, cell.Horizon)
		if err != nil {
			return s, err
		}
		if s.Bounds == nil {
			s.Bounds = map[string]report.Bounds{}
		}
		s.Bounds[cell.Data] = report.Bounds{Needs: probe.Needs, Bayes: errors.Bayes, Mean: errors.Mean}
	}
	return s, nil
}

func hasResults(s report.Study) bool {
	for _, cell := range s.Cells {
		if cell.State() != result.Missing {
			return true
		}
	}
	return false
}

// notAtHand lists the published sets of studies that this machine lacks.
func notAtHand(studies []experiments.Study) []string {
	var absent []string
	dirs := ltsf.SearchPath("")
	for _, study := range studies {
		for _, set := range study.Sets {
			_, err := ltsf.Find(set, dirs)
			if info, unknown := imagefolder.Lookup(set); unknown == nil {
				_, err = info.Find(dirs)
			}
			if info, unknown := m5.Lookup(set); unknown == nil {
				_, err = info.Find(dirs)
			}
			if info, unknown := scenes.Lookup(set); unknown == nil {
				_, err = info.Find(dirs)
			}
			if experiments.IsMissing(err) {
				absent = append(absent, set)
			}
		}
	}
	return absent
}

// protocol answers what records don't know: how the data is split, and where settings come from.
func protocol(studies []experiments.Study) []report.Item {
	splits := []string{"generated sets 70 / 10 / 20 % of their rows"}
	searches := []string{"TSM2's settings are one recipe a data set (experiments/recipe.go, which names the two choices that were first found by looking at test errors), " +
		"the rivals' those of their authors (experiments/rivals.go)"}
	seen := map[string]bool{}
	pictures, sales := false, false
	for _, study := range studies {
		sales = sales || study.Sales
		pictures = pictures || study.Pictures && len(study.Sets) > 0
		for _, set := range study.Sets {
			if seen[set] {
				continue
			}
			seen[set] = true
			if info, err := ltsf.Lookup(set); err == nil {
				split := info.Split
				splits = append(splits, fmt.Sprintf("%s %d / %d / %d", set, split.Train.Len(), split.Val.Len(), split.Test.Len()))
			}
			if found := tuned.For(set); found != nil {
				searches = append(searches, searched(set, found))
			}
		}
	}
	if len(searches) == 1 {
		searches = append(searches, "no other setting was searched for")
	}
	if sales {
		splits = append(splits, "sales: the last 28 days for the test, the 28 before them for validation")
		searches = append(searches, "TSM2's settings on sales were fixed before the first run (experiments/table6.go)")
	}
	if pictures {
		splits = append(splits, "pictures: those of the publisher for the test; of the others a tenth of each class for validation; scenes and objects: the publisher's, of Penn-Fudan, which has none, the last 34 pictures for the test")
		searches = append(searches, "classifiers all have the same recipe, fixed before any of them was trained (experiments/pictures.go, experiments/scenes.go, experiments/objects.go)")
	}
	return []report.Item{
		{Question: "Splits, training / validation / test rows", Answer: strings.Join(splits, "; ")},
		{Question: "Search space", Answer: strings.Join(searches, "; ")},
		{Question: "Choice of weights", Answer: "a fixed budget of steps and the weights after the last; rivals whose authors stop early go back to those of the lowest validation error"},
	}
}

// searched says what a search tried on a data set, and what it found.
func searched(set string, o *tuned.Outcome) string {
	chosen := "no change"
	if len(o.Chosen) > 0 {
		chosen = strings.Join(o.Chosen, ", ")
	}
	return fmt.Sprintf("%s: %d settings of %s on validation data, %d folds, tier %s, chosen: %s (`%s`, all settings in experiments/tuned/%s.json)",
		set, len(o.Trials), strings.Join(o.Specs, ", "), o.Folds, o.Tier, chosen, o.Command, set)
}
