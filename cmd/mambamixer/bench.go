package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/gomlx/compute"

	"mambamixer/experiments/bench"
	"mambamixer/internal/backend"
	"mambamixer/internal/nearest"
)

// benchmarks are what the bench command measures, by name.
var benchmarks = []struct {
	name string
	run  func(context.Context, compute.Backend, io.Writer) error
}{
	{"scan", bench.Scan},
	{"step", bench.Step},
}

func runBench(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return &usageError{"bench needs one of scan, step"}
	}
	b, err := backend.Open()
	if err != nil {
		return err
	}
	for i, word := range words {
		if i > 0 {
			fmt.Println()
		}
		if err := benchmark(ctx, b, word); err != nil {
			return err
		}
	}
	return nil
}

func benchmark(ctx context.Context, b compute.Backend, name string) error {
	var names []string
	for _, known := range benchmarks {
		if known.name == name {
			return known.run(ctx, b, os.Stdout)
		}
		names = append(names, known.name)
	}
	return &usageError{fmt.Sprintf("there is no benchmark %q%s", name, nearest.Hint(name, names))}
}
