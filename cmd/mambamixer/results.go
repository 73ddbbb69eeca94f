package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
)

// resultsVerbs are what can be done with results.
var resultsVerbs = map[string]func(c *command, args []string) error{"export": exportResults, "check": checkResults}

func runResults(_ context.Context, c *command, args []string) error {
	verbs := []string{"export", "check"}
	if len(args) == 0 {
		return &usageError{"results needs one of " + strings.Join(verbs, ", ")}
	}
	if strings.HasPrefix(args[0], "-") {
		return exportResults(c, args) // its flags, or the help
	}
	verb, found := resultsVerbs[args[0]]
	if !found {
		return &usageError{fmt.Sprintf("results can't %q%s", args[0], nearest.Hint(args[0], verbs))}
	}
	return verb(c, args[1:])
}

// resultsSources says for the help what the two verbs take.
func resultsSources() string {
	return `results export writes a .csv file for each study, or for those that are named, by the flags below.
results check counts the records of the folders and .csv files that are named, also by -from, and says which are damaged or contradict
each other; it takes no other flag.
`
}

// defaultRuns is where runs lie if nothing else is said.
const defaultRuns = "runs"

// from adds -from, the sources of records.
func (f *flags) from() *[]string {
	return f.list("from", "`folder` of runs or of .csv files, or a .csv file of results; may be repeated (default "+defaultRuns+")")
}

// load reads records and tells what is wrong with them.
func load(paths []string) (*result.Loaded, error) {
	if len(paths) == 0 {
		paths = []string{defaultRuns}
	}
	loaded, err := result.Load(paths...)
	if err != nil {
		return nil, err
	}
	for _, damaged := range loaded.Damaged {
		fmt.Fprintf(os.Stderr, "skipped: %v\n", damaged)
	}
	for _, conflict := range loaded.Conflicts {
		fmt.Fprintf(os.Stderr, "conflict: %v\n", conflict)
	}
	return loaded, nil
}

// exportResults writes a CSV file for each study. What the file holds already stays, unless it is told to start afresh.
func exportResults(c *command, args []string) error {
	f := newFlags(c)
	from := f.from()
	to := f.String("to", "experiments/results", "`folder` of the .csv files, one for each study")
	tierName := f.tierFlag()
	fresh := f.Bool("fresh", false, "replace the files instead of adding to them")
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	tier := experiments.Tier(*tierName)
	if err := tier.Check(); err != nil {
		return &usageError{err.Error()}
	}
	studies := experiments.Studies()
	if len(names) > 0 {
		studies = nil
		for _, name := range names {
			study, err := experiments.FindStudy(name)
			if err != nil {
				return &usageError{err.Error()}
			}
			studies = append(studies, study)
		}
	}
	written := 0
	for _, study := range studies {
		rows, err := exportStudy(study, tier, *from, filepath.Join(*to, study.Name+".csv"), *fresh)
		switch {
		case err != nil:
			return err
		case rows == 0 && len(names) > 0:
			return fmt.Errorf("there is no result of %s at tier %s; `mambamixer sweep %s -tier %s` makes them", study.Name, tier, study.Name, tier)
		}
		written += rows
	}
	if written == 0 {
		return fmt.Errorf("there is no result of any study at tier %s; `mambamixer sweep` makes them", tier)
	}
	return nil
}

// exportStudy writes the file of one study and returns the number of its rows; without any it writes none.
func exportStudy(study experiments.Study, tier experiments.Tier, from []string, file string, fresh bool) (int, error) {
	if len(from) == 0 {
		from = []string{defaultRuns}
	}
	if _, err := os.Stat(file); err == nil && !fresh {
		from = append(from[:len(from):len(from)], file)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, result.Explain("read", file, err)
	}
	loaded, err := load(from)
	if err != nil {
		return 0, err
	}
	if len(loaded.Conflicts) > 0 {
		return 0, fmt.Errorf("%d runs have two different results, so %s is left as it is; remove one of the two of each, or replace the file by -fresh", len(loaded.Conflicts), file)
	}
	records, err := study.Results(tier, loaded.Records())
	if err != nil || len(records) == 0 {
		return 0, err
	}
	if err := result.WriteCSV(file, study.Name, records); err != nil {
		return 0, err
	}
	fmt.Printf("%s: %d rows, %d damaged records left out\n", file, len(records), len(loaded.Damaged))
	return len(records), nil
}

// checkResults counts records and says which are damaged or contradict each other.
func checkResults(c *command, args []string) error {
	f := newFlags(c)
	from := f.from()
	paths, err := f.parse(args)
	if err != nil {
		return err
	}
	loaded, err := load(append(paths, *from...))
	if err != nil {
		return err
	}
	counts := map[result.Status]int{}
	for _, record := range loaded.Records() {
		counts[record.Status]++
	}
	fmt.Printf("%d runs: %d done, %d failed, %d interrupted; %d damaged records, %d conflicts\n", len(loaded.Runs),
		counts[result.Done], counts[result.Failed], counts[result.Interrupted], len(loaded.Damaged), len(loaded.Conflicts))
	if len(loaded.Damaged)+len(loaded.Conflicts) > 0 {
		return errors.New("some records can't be trusted; `mambamixer run <spec> -seed <n> -rerun` makes one anew")
	}
	if len(loaded.Runs) == 0 {
		return errors.New("there are no results; `mambamixer sweep` makes them")
	}
	return nil
}
