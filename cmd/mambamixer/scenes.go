package main

import (
	"context"
	"errors"
	"fmt"

	"mambamixer/datasets/pipeline"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/result"
)

// isScenes tells a set of scenes.
func isScenes(name string) bool {
	_, err := scenes.Lookup(name)
	return err == nil
}

// scenesTable lists the sets of scenes and where they are.
func scenesTable(dirs []string) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "scenes"}, {Name: "classes of"}, {Name: "classes", Right: true}, {Name: "train", Right: true}, {Name: "validation", Right: true},
		{Name: "test", Right: true}, {Name: "licence"}, {Name: "source"}, {Name: "place"}}}
	for _, info := range scenes.List() {
		place, err := info.Find(dirs)
		if err != nil {
			place = "not here"
		}
		of := "pixels"
		if info.Objects {
			of = "objects"
		}
		table.Add(info.Name, of, fmt.Sprint(info.Classes), fmt.Sprint(info.Train), fmt.Sprint(info.Val), fmt.Sprint(info.Test), info.Licence, info.Source, place)
	}
	return table
}

// checkScenes decodes every picture of a set with its label map or its objects.
func checkScenes(ctx context.Context, name string, dirs []string) error {
	set, err := scenes.Load(name, dirs)
	if err != nil {
		return err
	}
	defer set.Close()
	what := "a class for each pixel"
	if set.Objects {
		what = "the masks of their objects"
	}
	fmt.Printf("%s: %d classes, SHA-256 %s\n", set.Name, len(set.Classes), set.SHA256)
	var problems []error
	for _, split := range []struct {
		name   string
		scenes scenes.Scenes
	}{{"training", set.Train}, {"validation", set.Val}, {"test", set.Test}} {
		_, err := pipeline.OpenScenes(ctx, split.scenes, pipeline.Options{Memory: -1})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil: // the other splits are looked at all the same
			problems = append(problems, fmt.Errorf("%s picture %w", split.name, err))
			continue
		}
		fmt.Printf("%d %s pictures, all with %s\n", split.scenes.Len(), split.name, what)
	}
	return errors.Join(problems...)
}
