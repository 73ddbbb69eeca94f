package main

import (
	"context"
	"os"

	"mambamixer/datasets/ltsf"
	"mambamixer/internal/doctor"
)

func runDoctor(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	folder := f.dataFlag()
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return &usageError{"doctor takes no arguments, got " + words[0]}
	}
	return doctor.Report(ltsf.SearchPath(*folder), os.Stdout)
}
