package nb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
)

// Results are what is known of a study.
type Results struct {
	*result.Table // each place's test MSE, over runs

	Cells   []result.Cell    // the places, with their runs
	Records []*result.Record // of all runs of the study
}

// Load gives the results of a study at the tier cpu, such as "table7": those that are kept with the code, and the runs of
// your own below [Runs], where the same run counts once. Table shows them:
//
//	table7 := nb.Load("table7")
//	nb.Table(table7.Table)
func Load(study string) *Results {
	s := Must(experiments.FindStudy(study))
	var sources []string
	for _, source := range []string{filepath.Join(Root(), "experiments", "results", study+".csv"), Runs()} {
		_, err := os.Stat(source)
		switch {
		case err == nil:
			sources = append(sources, source)
		case !errors.Is(err, fs.ErrNotExist):
			Check(result.Explain("read", source, err))
		}
	}
	loaded := Must(result.Load(sources...))
	r := &Results{Cells: Must(s.Cells(experiments.CPU, loaded.Records()))}
	r.Records = Must(s.Results(experiments.CPU, loaded.Records()))
	measure := "test MSE"
	switch {
	case s.Objects:
		measure = "average precision of boxes in per cent"
	case s.Scenes:
		measure = "mean intersection over union in per cent"
	case s.Pictures:
		measure = "top-1 accuracy in per cent"
	case s.Sales:
		measure = "test WRMSSE"
	}
	r.Table = result.Matrix(s.Title+": "+measure+", mean ± standard deviation (runs)", r.Cells)
	for _, damage := range loaded.Damaged {
		r.Notes = append(r.Notes, fmt.Sprintf("left out: %v", damage))
	}
	for _, conflict := range loaded.Conflicts {
		r.Notes = append(r.Notes, conflict.String()+"; the first counts")
	}
	return r
}
