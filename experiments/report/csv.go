package report

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"mambamixer/experiments/result"
)

// cellColumns are the columns of the CSV form of a study: one row a cell.
var cellColumns = []string{"study", "tier", "section", "row", "column", "spec", "model", "data", "history", "horizon", "state", "n",
	"mse_mean", "mse_std", "mae_mean", "mae_std", "test_windows", "rank", "mark", "tie", "published_mse", "ratio", "published_source", "published_protocol",
	"difference", "difference_p_holm", "failed", "stale", "conflicts", "seconds", "step_seconds", "step_flops", "peak_rss_bytes"}

// CSV writes the cells of a section, one row each. Numbers have all their digits; what is not there is empty. The
// difference is to the reference of the study, of the runs paired by seed; seconds and what follows are medians over runs.
func (s *Section) CSV(w io.Writer) error {
	rows := csv.NewWriter(w)
	rows.Write(s.Columns)
	rows.WriteAll(s.Cells)
	return rows.Error()
}

// pictureColumns are those of a study of classifiers. Accuracies are in per cent.
var pictureColumns = []string{"study", "tier", "section", "row", "column", "spec", "model", "data", "size", "state", "n",
	"top1_mean", "top1_std", "top5_mean", "test_pictures", "rank", "mark", "tie", "difference", "difference_p_holm",
	"failed", "stale", "conflicts", "parameters", "seconds", "step_seconds", "step_flops", "peak_rss_bytes"}

func (a *analysis) columns() []string {
	switch {
	case a.Pictures:
		columns := slices.Clone(pictureColumns)
		copy(columns[slices.Index(columns, "top1_mean"):], a.told().columns)
		return columns
	case a.Sales:
		columns := slices.Clone(cellColumns)
		for i, name := range columns {
			columns[i] = strings.Replace(name, "mse_", "wrmsse_", 1) // of mean and deviation
		}
		return columns
	}
	return cellColumns
}

// rows gives the cells of a study in the CSV form.
func (a *analysis) rows() [][]string {
	if a.Pictures {
		return a.pictureRows()
	}
	var rows [][]string
	for _, e := range a.entries {
		windows, published, source, protocol := "", nan, "", ""
		if e.filled() {
			windows = e.windows()
		}
		if e.Paper != nil {
			published, source, protocol = e.Paper.MSE, e.Paper.Source, e.Paper.Protocol
		}
		rank, change := nan, nan
		if e.rank > 0 {
			rank = e.rank
		}
		if e.change != nil {
			change = e.change.Difference.Mean
		}
		rows = append(rows, []string{a.Name, a.tier, e.Section, e.Row, e.Column, e.Spec, e.Model, e.Data, strconv.Itoa(e.History), strconv.Itoa(e.Horizon),
			string(e.state()), strconv.Itoa(e.mse.N), exact(e.mse.Mean), exact(e.mse.Std), exact(e.mae.Mean), exact(e.mae.Std), windows,
			exact(rank), string(e.mark), string(e.tie), exact(published), exact(e.ratio()), source, protocol,
			exact(change), exact(e.holm), strconv.Itoa(len(e.Failed)), strconv.Itoa(len(e.Stale)), strconv.Itoa(len(e.disputed)),
			exact(e.median(func(r *result.Record) float64 { return r.Seconds })), exact(e.median(func(r *result.Record) float64 { return r.StepSeconds })),
			exact(e.median(func(r *result.Record) float64 { return float64(r.StepFLOPs) })), exact(e.median(func(r *result.Record) float64 { return float64(r.PeakRSS) }))})
	}
	return rows
}

// exact writes a number so that it reads back as the same, and a NaN as nothing.
func exact(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
