// Package report turns the records of runs into something to read: Markdown, LaTeX, CSV and a web page of one file. It
// trains nothing.
//
//	r := report.New(report.Input{Tier: "cpu", Studies: studies, Loaded: loaded})
//	files, err := r.Write("docs/report", "report")
//
// [New] takes studies with their cells (see result.Cell) and works in three steps. First every cell becomes an entry
// with its mean and spread, the cells of one data set and horizon compete for ranks, and each is held against the
// reference, TSM2 (contest.go). Then each study is laid out by a function of its own, from these entries alone: which
// tables, which tests, which figures (table5.go, parts.go, probe.go, rivals.go, cost.go; of pictures
// recognition.go, resolution.go, scaling.go, table8.go). What comes out is a [Report]:
// sections with [Table] values. The four writers show the same values and decide nothing (markdown.go, latex.go, csv.go,
// html.go).
//
// # What a reader can rely on
//
// A mean stands with its standard deviation and the number of runs: of forecasters the test MSE, of classifiers the top-1 accuracy
// in per cent. The published number stands beside it with its source
// and protocol. A lowest error is only called lower than the others if a paired test over seeds, corrected by Holm for
// the number of models, says so; else it is a tie, and with too few seeds it is untested. Cells that are missing, failed,
// stale, in conflict or quoted look like what they are, and so do records that could not be read. Runs of another tier
// than the report's are left out and counted. Published accuracies of classifiers never share a column, or a figure, with ours:
// data and budgets differ.
//
// # What was learned
//
// Inspections of runs of TSM2 (package inspect) have a section of their own, which shows weights and step sizes, and never
// the series (learned.go).
//
// # Another study
//
// A study without a layout of its own is shown as a table of its rows and columns. To give it one, write a function
// like those in parts.go and add it to layouts in report.go.
package report
