// Package tuned holds what searches for hyper-parameters found: for some data sets, the changes to TSM2's recipe that had
// the lowest error on validation data, with everything that was tried and where it ran.
//
// Each data set has at most one file here, <set>.json, which `mambamixer tune ... -o experiments/tuned/<set>.json` writes
// and package experiments applies to TSM2 and to its control on that set. Removing a file brings the recipe as written
// back.
package tuned

import (
	"embed"
	"encoding/json"
	"fmt"
)

// Outcome is what a search found.
type Outcome struct {
	Specs    []string          `json:"specs"`    // what was tuned
	Resolved []json.RawMessage `json:"resolved"` // the same specs in full, before any change
	Tier     string            `json:"tier"`     // the budget of each run
	Folds    int               `json:"folds"`    // of rolling-origin cross-validation, see ltsf.Split.Fold
	Seeds    int               `json:"seeds"`    // runs of each trial, spec and fold
	Trials   []Trial           `json:"trials"`   // best first; those that the budget left unfinished last
	Chosen   []string          `json:"chosen"`   // the changes of the best, "path=value"; none if no change helped
	Command  string            `json:"command"`  // what was asked
	Data     []string          `json:"data"`     // checksums
	Machine  string            `json:"machine"`  // where it ran
	Versions string            `json:"versions"` // of the libraries
	Commit   string            `json:"commit"`   // of this project
	Date     string            `json:"date"`     // of the last run, RFC 3339
}

// Trial is one setting that was tried.
type Trial struct {
	Changes []string `json:"changes"` // to the specs, "path=value"; none for the specs as they are
	// Ratio is the geometric mean, over specs and folds, of this trial's error to that of the specs as they are; 0 if
	// some run is missing.
	Ratio  float64 `json:"ratio"`
	Scores []Score `json:"scores"`
}

// Score is the error of a trial in one place.
type Score struct {
	Spec string  `json:"spec"`
	Fold int     `json:"fold"`
	MSE  float64 `json:"mse"` // on the rows that the fold holds out, mean over seeds
	N    int     `json:"n"`   // seeds
}

//go:embed *.json
var files embed.FS

// For returns the outcome of the search on a data set, or nil if there was none.
func For(set string) *Outcome {
	text, err := files.ReadFile(set + ".json")
	if err != nil {
		return nil
	}
	outcome := new(Outcome)
	if err := json.Unmarshal(text, outcome); err != nil {
		panic(fmt.Sprintf("experiments/tuned/%s.json: %v", set, err)) // it is compiled in, and a test reads all
	}
	return outcome
}
