package main

import (
	"context"
	"fmt"
	"path/filepath"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/internal/backend"
)

// inspectFolder is where an inspection goes in a run's folder, or in the one that holds the runs.
const inspectFolder = "inspect"

func runInspect(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	out := f.String("o", "", "`folder` of figures and numbers (default "+inspectFolder+" in the run's folder; of several runs, beside the first)")
	data := f.dataFlag()
	folders, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return &usageError{"inspect needs the folder of a finished run, such as runs/tsm2/ETTh1/96/<key>/seed-0; several seeds of one spec are drawn together"}
	}
	dir := *out
	switch {
	case dir != "":
	case len(folders) == 1:
		dir = filepath.Join(folders[0], inspectFolder)
	default:
		dir = filepath.Join(filepath.Dir(filepath.Clean(folders[0])), inspectFolder)
	}
	b, err := backend.Open()
	if err != nil {
		return err
	}
	found, err := experiments.Inspect(b, folders, ltsf.SearchPath(*data))
	if err != nil {
		return err
	}
	if err := found.Write(dir); err != nil {
		return err
	}
	paths, err := found.Draw(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s, key %s, seeds %v\n", found.Spec, found.Key, found.Seeds)
	for _, path := range paths {
		fmt.Println("  " + path)
	}
	fmt.Println("the numbers behind them are beside them, as CSV")
	return nil
}
