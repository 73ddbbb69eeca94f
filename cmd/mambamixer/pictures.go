package main

import (
	"context"
	"errors"
	"fmt"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/ltsf"
	"mambamixer/datasets/pipeline"
	"mambamixer/experiments/result"
)

// isPictures tells a set of pictures, by name or path, from a series.
func isPictures(name string) bool {
	if _, err := ltsf.Lookup(name); err == nil {
		return false
	}
	if _, err := imagefolder.Lookup(name); err == nil {
		return true
	}
	return imagefolder.IsPath(name)
}

// picturesTable lists the sets of pictures and where they are.
func picturesTable(dirs []string) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "pictures"}, {Name: "classes", Right: true}, {Name: "train", Right: true},
		{Name: "test", Right: true}, {Name: "licence"}, {Name: "source"}, {Name: "place"}}}
	for _, info := range imagefolder.List() {
		place, err := info.Find(dirs)
		if err != nil {
			place = "not here"
		}
		table.Add(info.Name, fmt.Sprint(info.Classes), fmt.Sprint(info.Train), fmt.Sprint(info.Test), info.Licence, info.Source, place)
	}
	return table
}

// checkPictures decodes every picture of a set and tells what is wrong.
func checkPictures(ctx context.Context, name string, dirs []string) error {
	set, err := imagefolder.Load(name, dirs)
	if err != nil {
		return err
	}
	defer set.Close()
	problems := set.Problems
	fmt.Printf("%s: %d classes, SHA-256 %s\n", set.Name, len(set.Classes), set.SHA256)
	for _, split := range []struct {
		name     string
		pictures imagefolder.Pictures
	}{{"training", set.Train}, {"test", set.Test}} {
		source, err := pipeline.Open(ctx, split.pictures, pipeline.Options{Memory: -1})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil: // the other split is looked at all the same
			problems = append(problems, fmt.Errorf("%s pictures: %w", split.name, err))
			continue
		}
		fmt.Printf("%d %s pictures, of which %d can be decoded\n", split.pictures.Len(), split.name, source.Len())
		for _, problem := range source.Skipped() {
			problems = append(problems, fmt.Errorf("%s picture %w", split.name, problem))
		}
	}
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 {
		return errors.New("files that can't be used are left out by a run, and are an error with -strict")
	}
	return nil
}
