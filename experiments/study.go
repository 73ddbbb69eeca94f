package experiments

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"mambamixer/datasets/m5"
	"mambamixer/datasets/scenes"
	"mambamixer/datasets/synth"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
)

// Study is a question that several specs answer together, and the table that shows the answer.
type Study struct {
	Name     string   // "table5"
	Title    string   // of the table
	Question string   // a sentence for the listing
	Cost     string   // what one seed of all of it takes at the cpu tier
	Sets     []string // the data sets, in the order of the table
	Large    []string // those of Sets whose recipe is the paper's, for the tier paper and a GPU
	Pictures bool     // they are of pictures, and the models classifiers
	Scenes   bool     // the pictures are scenes, and the models classify their pixels
	Objects  bool     // the pictures have objects, and the models find them
	Sales    bool     // they are of sales, and errors are weighted

	// Deviations says, by model, how its runs differ from those of its own paper; nil in a study that doesn't ask.
	Deviations map[string]string

	on    func(set string) []Entry
	quick []string // the rows that the smoke tier runs; nil = all
}

// Entry is the place of a spec in the table of a study.
type Entry struct {
	Spec                 Spec
	Section, Row, Column string   // Section groups rows and may be empty
	Varies               []string // what sets the spec apart from the study's reference, "path=value"
}

// Studies lists all, in the order of a report.
func Studies() []Study {
	return []Study{table5(), table6(), table7(), ablations(), probe(), rivalsStudy(), cost(), table2(), table3(), table4(), vim2Ablation(), fig4(), fig5(), table8()}
}

// FindStudy returns the study of that name. The error of an unknown one offers the nearest.
func FindStudy(name string) (Study, error) {
	var names []string
	for _, study := range Studies() {
		if study.Name == name {
			return study, nil
		}
		names = append(names, study.Name)
	}
	return Study{}, fmt.Errorf("there is no study %q%s The studies are %s", name, nearest.Hint(name, names), strings.Join(names, ", "))
}

// generated is the data set that stands in for those of the study.
func (s Study) generated() string {
	switch {
	case s.Scenes:
		return scenes.Generated
	case s.Objects:
		return scenes.GeneratedObjects
	case s.Pictures:
		return generatedPictures
	case s.Sales:
		return m5.Generated
	}
	return synth.Name
}

// On returns the entries on one data set. The generated set stands in for one that is not at hand.
func (s Study) On(set string) []Entry { return s.on(set) }

// Entries returns the entries at a tier, in the order of the table. The smoke tier asks whether everything runs, not
// how well, so it takes the first set alone, each model at its first history and horizon, and of classifiers, which take long
// to compile, a few.
func (s Study) Entries(tier Tier) []Entry {
	var entries []Entry
	for _, set := range s.Sets {
		entries = append(entries, s.on(set)...)
	}
	if tier == Smoke && len(entries) > 0 {
		first := map[string]Data{}
		entries = slices.DeleteFunc(s.on(s.Sets[0]), func(e Entry) bool {
			if _, found := first[e.Spec.Kind]; !found {
				first[e.Spec.Kind] = e.Spec.Data
			}
			return !reflect.DeepEqual(e.Spec.Data, first[e.Spec.Kind]) || s.quick != nil && !slices.Contains(s.quick, e.Row)
		})
	}
	return entries
}

// StandIn returns the spec that does on the generated set what a spec does on its own: the one of the same name, or, where
// a choice that sets a study's spec apart is the reference's own on the generated set, that of the same row. For models of the paper's
// size on scenes there is none.
func StandIn(spec Spec) (Spec, error) {
	switch {
	case spec.Data.Pictures != nil:
		return Find(strings.TrimSuffix(spec.Name, "/"+spec.Data.Set) + "/" + generatedPictures)
	case spec.Data.Scenes != nil:
		return Find(strings.TrimSuffix(spec.Name, "/"+spec.Data.Set) + "/" + scenes.Generated)
	case spec.Data.Objects != nil:
		return Find(strings.TrimSuffix(spec.Name, "/"+spec.Data.Set) + "/" + scenes.GeneratedObjects)
	case spec.Data.Sales != nil:
		return Find(strings.Replace(spec.Name, "/"+spec.Data.Set+"/", "/"+m5.Generated+"/", 1))
	}
	found, err := Find(strings.Replace(spec.Name, "/"+spec.Data.Set+"/", "/"+synth.Name+"/", 1))
	if err == nil {
		return found, nil
	}
	for _, study := range Studies() {
		here := study.On(spec.Data.Set)
		i := slices.IndexFunc(here, func(e Entry) bool { return e.Spec.Name == spec.Name })
		if i < 0 {
			continue
		}
		there := study.On(synth.Name)
		j := slices.IndexFunc(there, func(e Entry) bool { return e.Section == here[i].Section && e.Row == here[i].Row })
		if j >= 0 {
			return there[j].Spec, nil
		}
	}
	return Spec{}, err
}

// Cells puts records in their places: those of the tier, for the specs of the study as they are listed. Records of
// specs changed by hand are not part of a study. Where a run was made on the generated set, that set has cells too.
func (s Study) Cells(tier Tier, records []*result.Record) ([]result.Cell, error) {
	bySpec := map[string][]*result.Record{}
	for _, r := range records {
		if r.Tier == string(tier) && len(r.Set) == 0 {
			bySpec[r.Spec] = append(bySpec[r.Spec], r)
		}
	}
	entries := s.Entries(tier)
	for _, entry := range s.on(s.generated()) {
		if len(bySpec[entry.Spec.Name]) > 0 {
			entries = append(entries, entry)
		}
	}
	cells := make([]result.Cell, len(entries))
	for i, entry := range entries {
		spec := entry.Spec
		cells[i] = result.Cell{Section: entry.Section, Row: entry.Row, Column: entry.Column, Varies: entry.Varies,
			Spec: spec.Name, Model: spec.Kind, Data: spec.Data.Set, History: spec.Data.History, Horizon: spec.Data.Horizon, Size: spec.Data.Size(),
			Paper: published(spec)}
		for _, r := range bySpec[spec.Name] {
			key, err := spec.Key(tier, r.Data.SHA256)
			if err != nil {
				return nil, err
			}
			cells[i].Add(r, key)
		}
	}
	return cells, nil
}

// published is the number from the literature as a record holds it.
func published(s Spec) *result.Published {
	value, found := s.Published()
	if !found {
		return nil
	}
	return &result.Published{MSE: value.MSE, MAE: value.MAE, Source: value.Source, Protocol: value.Protocol}
}

// listed returns the registered specs of long-term forecasting on a set at some horizons, all if none is given.
func listed(set string, horizons ...int) []Spec {
	return slices.DeleteFunc(longTermForecasting(), func(spec Spec) bool {
		return spec.Data.Set != set || len(horizons) > 0 && !slices.Contains(horizons, spec.Data.Horizon)
	})
}

// variant is a spec like base under another model name, with fields set: the specs of a study that no table of
// long-term forecasting has. Its fields are known to exist, so an error is a mistake in this package.
func variant(base Spec, model, kind string, changes []string) Spec {
	_, rest, _ := strings.Cut(base.Name, "/")
	spec := base
	for _, change := range changes {
		path, value, _ := strings.Cut(change, "=")
		var err error
		if spec, err = spec.Set(path, value); err != nil {
			panic(err)
		}
	}
	spec.Name, spec.Kind, spec.Note = model+"/"+rest, kind, strings.Join(changes, ", ")
	return spec
}

// Results picks the records that stand for the study at a tier: what is done with the specs as they are, failures that no
// success made up for, and, where there is nothing else, what was done with the specs as they were.
func (s Study) Results(tier Tier, records []*result.Record) ([]*result.Record, error) {
	cells, err := s.Cells(tier, records)
	if err != nil {
		return nil, err
	}
	var chosen []*result.Record
	seen := map[string]bool{} // a spec may stand in several cells
	for _, cell := range cells {
		if seen[cell.Spec] {
			continue
		}
		seen[cell.Spec] = true
		chosen = append(chosen, cell.Runs...)
		for _, failure := range cell.Failed {
			if !slices.ContainsFunc(cell.Runs, func(r *result.Record) bool { return r.Seed == failure.Seed }) {
				chosen = append(chosen, failure)
			}
		}
		if len(cell.Runs) == 0 {
			chosen = append(chosen, cell.Stale...)
		}
	}
	return chosen, nil
}
