package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"mambamixer/experiments/compare"
	"mambamixer/experiments/result"
)

func runCompare(_ context.Context, c *command, args []string) error {
	f := newFlags(c)
	from := f.from()
	markdown := f.Bool("markdown", false, "print the table as Markdown")
	sides, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(sides) != 2 {
		return &usageError{fmt.Sprintf("compare needs two sets of runs, not %d: each is a folder, a .csv file, conditions such as model=TSM2, or some of these joined by commas", len(sides))}
	}
	var pair [2]compare.Side
	for i, text := range sides {
		if pair[i], err = side(text, *from); err != nil {
			return err
		}
	}
	comparisons, err := compare.Each(pair[0], pair[1])
	if err != nil {
		return err
	}
	for i, comparison := range comparisons {
		if i > 0 {
			fmt.Println()
		}
		if *markdown {
			fmt.Print(comparison.Table().Markdown())
		} else {
			fmt.Print(comparison.Table().Text())
		}
	}
	return nil
}

// compareSides says for the help what A and B may be.
func compareSides() string {
	return fmt.Sprintf(`A and B are each a set of runs: a folder of runs or of .csv files, a .csv file, conditions, or some of these joined by commas:
  mambamixer compare spec=tsm2 spec=tsm2-linear
  mambamixer compare model=TSM2,data=ETT* model=NLinear,data=ETT* -from experiments/results
  mambamixer compare runs,model=TSM2 experiments/results/table5.csv,model=PatchTST
A condition is field=pattern, with one of the fields %s. In a pattern * and ? stand for
other letters, and | joins alternatives. Conditions without a folder or a file are about -from.
`, strings.Join(result.FilterFields(), ", "))
}

// side reads a set of runs from text like "runs,model=TSM2,data=ETTh1": paths and conditions joined by commas.
func side(text string, from []string) (compare.Side, error) {
	var paths, conditions []string
	for part := range strings.SplitSeq(text, ",") {
		_, err := os.Stat(part)
		switch {
		case strings.Contains(part, "="):
			conditions = append(conditions, part)
		case err == nil:
			paths = append(paths, part)
		default:
			return compare.Side{}, &usageError{fmt.Sprintf("%q is neither a folder or file of results nor a condition; write spec=%s for the specs of that name, or model=%s for that model",
				part, part, part)}
		}
	}
	filter, err := result.ParseFilter(conditions...)
	if err != nil {
		return compare.Side{}, &usageError{err.Error()}
	}
	if len(paths) == 0 {
		paths = from
	}
	loaded, err := load(paths)
	if err != nil {
		return compare.Side{}, err
	}
	if len(loaded.Conflicts) > 0 {
		return compare.Side{}, fmt.Errorf("%d runs of %s have two different results; remove one of the two of each", len(loaded.Conflicts), text)
	}
	chosen := compare.Side{Name: text}
	for _, record := range loaded.Records() {
		if filter.Match(record) {
			chosen.Records = append(chosen.Records, record)
		}
	}
	return chosen, nil
}
