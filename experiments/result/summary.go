package result

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"
)

// absent stands in a cell that has no value.
const absent = "-"

// Compare makes the table that a run or a sweep ends with: one row per model, data, history and horizon, the mean ±
// standard deviation over the runs that differ in the seed alone (n of them), and the published value with its source and
// the ratio of the MSEs. Runs that did not finish keep a row, with their status in place of the errors;
// stand-in data carries the word "synthetic". Rows keep the order of their first record.
func Compare(title string, records ...*Record) *Table {
	table := &Table{Title: title, Columns: []Column{
		{Name: "model"}, {Name: "data"}, {Name: "history", Right: true}, {Name: "horizon", Right: true},
		{Name: "MSE", Right: true}, {Name: "MAE", Right: true}, {Name: "windows", Right: true},
		{Name: "parameters", Right: true}, {Name: "seconds", Right: true}, {Name: "n", Right: true},
		{Name: "paper", Right: true}, {Name: "ratio", Right: true}, {Name: "source"},
	}}
	for _, group := range bySeed(records) {
		table.Add(summarise(group)...)
	}
	return table
}

// Tables are those that a run or a sweep ends with: one of forecasters, one of forecasters of sales, one of classifiers of pictures
// one of classifiers of pixels and one of detectors, where there are any.
func Tables(records ...*Record) (tables []*Table) {
	var series, sales, pictures, scenes, objects []*Record
	for _, record := range records {
		switch {
		case record.Segments():
			scenes = append(scenes, record)
		case record.Detects():
			objects = append(objects, record)
		case record.Classifies():
			pictures = append(pictures, record)
		case record.Weighted():
			sales = append(sales, record)
		default:
			series = append(series, record)
		}
	}
	if len(series) > 0 {
		tables = append(tables, Compare("Test errors on standardised data, every test window counted", series...))
	}
	if len(sales) > 0 {
		tables = append(tables, compareSales("Weighted errors of sales over all levels of the hierarchy", sales...))
	}
	if len(pictures) > 0 {
		tables = append(tables, CompareClassifiers("Right guesses on test pictures, every picture counted", pictures...))
	}
	if len(scenes) > 0 {
		tables = append(tables, compareSegmenters("Classes of pixels, every test picture counted", scenes...))
	}
	if len(objects) > 0 {
		tables = append(tables, compareDetectors("Objects found in test pictures, every picture counted", objects...))
	}
	return tables
}

// CompareClassifiers makes the same table of runs of classifiers: the shares of right guesses in per cent, the cross-entropy,
// and the number of test pictures.
func CompareClassifiers(title string, records ...*Record) *Table {
	table := &Table{Title: title, Columns: []Column{
		{Name: "model"}, {Name: "data"}, {Name: "size", Right: true}, {Name: "top-1 %", Right: true}, {Name: "top-5 %", Right: true},
		{Name: "loss", Right: true}, {Name: "pictures", Right: true}, {Name: "parameters", Right: true}, {Name: "seconds", Right: true}, {Name: "n", Right: true},
	}}
	for _, group := range bySeed(records) {
		first := group[0]
		top1, top5, loss, pictures := string(cmp.Or(first.Status, Failed)), absent, absent, absent
		if scores := first.Headline(); scores != nil {
			top1 = percent(values(group, func(r *Record) float64 { return r.Headline().Top1 }))
			top5 = percent(values(group, func(r *Record) float64 { return r.Headline().Top5 }))
			loss = spread(values(group, func(r *Record) float64 { return r.Headline().Loss }))
			pictures = strconv.Itoa(scores.Windows)
		}
		seconds := stat.Mean(values(group, func(r *Record) float64 { return r.Seconds }), nil)
		table.Add(first.Model, first.dataName(), strconv.Itoa(first.Size), top1, top5, loss, pictures,
			strconv.Itoa(first.Parameters), fmt.Sprintf("%.1f", seconds), strconv.Itoa(len(group)))
	}
	return table
}

// compareSegmenters makes the same table of runs of classifiers of pixels: mean intersection over union and the share of right
// pixels in the mean picture, in per cent, and the cross-entropy.
func compareSegmenters(title string, records ...*Record) *Table {
	table := &Table{Title: title, Columns: []Column{
		{Name: "model"}, {Name: "data"}, {Name: "height", Right: true}, {Name: "mIoU %", Right: true}, {Name: "pixels right %", Right: true},
		{Name: "loss", Right: true}, {Name: "pictures", Right: true}, {Name: "parameters", Right: true}, {Name: "seconds", Right: true}, {Name: "n", Right: true},
	}}
	for _, group := range bySeed(records) {
		first := group[0]
		of := func(value func(s *Scores) float64) []float64 {
			return values(group, func(r *Record) float64 { return value(r.Headline()) })
		}
		seconds := stat.Mean(values(group, func(r *Record) float64 { return r.Seconds }), nil)
		table.Add(first.Model, first.dataName(), strconv.Itoa(first.Size), percent(of(func(s *Scores) float64 { return s.MIoU })),
			percent(of(func(s *Scores) float64 { return s.Top1 })), spread(of(func(s *Scores) float64 { return s.Loss })),
			strconv.Itoa(first.Headline().Windows), strconv.Itoa(first.Parameters), fmt.Sprintf("%.1f", seconds), strconv.Itoa(len(group)))
	}
	return table
}

// compareDetectors makes the same table of runs of detectors: the average precisions of boxes and masks, in per cent.
func compareDetectors(title string, records ...*Record) *Table {
	table := &Table{Title: title, Columns: []Column{
		{Name: "model"}, {Name: "data"}, {Name: "height", Right: true}, {Name: "box AP %", Right: true}, {Name: "AP50 %", Right: true}, {Name: "AP75 %", Right: true},
		{Name: "mask AP %", Right: true}, {Name: "AP50 %", Right: true}, {Name: "AP75 %", Right: true}, {Name: "pictures", Right: true},
		{Name: "parameters", Right: true}, {Name: "seconds", Right: true}, {Name: "n", Right: true},
	}}
	for _, group := range bySeed(records) {
		first := group[0]
		row := []string{first.Model, first.dataName(), strconv.Itoa(first.Size)}
		for i := range first.Headline().Precisions() {
			row = append(row, percent(values(group, func(r *Record) float64 { return r.Headline().Precisions()[i] })))
		}
		seconds := stat.Mean(values(group, func(r *Record) float64 { return r.Seconds }), nil)
		table.Add(append(row, strconv.Itoa(first.Headline().Windows), strconv.Itoa(first.Parameters), fmt.Sprintf("%.1f", seconds), strconv.Itoa(len(group)))...)
	}
	return table
}

// compareSales makes the same table of runs on sales, with the WRMSSE on the test days and on those for selection. No published
// value is beside them, since those are of other series.
func compareSales(title string, records ...*Record) *Table {
	table := &Table{Title: title, Columns: []Column{
		{Name: "model"}, {Name: "data"}, {Name: "history", Right: true}, {Name: "horizon", Right: true}, {Name: "WRMSSE", Right: true},
		{Name: "validation", Right: true}, {Name: "windows", Right: true}, {Name: "parameters", Right: true}, {Name: "seconds", Right: true}, {Name: "n", Right: true},
	}}
	for _, group := range bySeed(records) {
		first, validation := group[0], absent
		if !slices.ContainsFunc(group, func(r *Record) bool { return r.Val == nil }) {
			validation = spread(values(group, func(r *Record) float64 { return r.Val.WRMSSE }))
		}
		seconds := stat.Mean(values(group, func(r *Record) float64 { return r.Seconds }), nil)
		table.Add(first.Model, first.dataName(), strconv.Itoa(first.History), strconv.Itoa(first.Horizon), spread(values(group, (*Record).TestError)),
			validation, strconv.Itoa(first.Headline().Windows), strconv.Itoa(first.Parameters), fmt.Sprintf("%.1f", seconds), strconv.Itoa(len(group)))
	}
	return table
}

// dataName is the data set's name; stand-in data says that it is.
func (r *Record) dataName() string {
	if r.Data.Synthetic && r.Data.Name != "synthetic" {
		return r.Data.Name + " (synthetic)"
	}
	return r.Data.Name
}

// percent gives shares as spread does, in per cent with two decimals.
func percent(shares []float64) string {
	mean, std := stat.MeanStdDev(shares, nil)
	if len(shares) == 1 {
		return fmt.Sprintf("%.2f", 100*mean)
	}
	return fmt.Sprintf("%.2f ± %.2f", 100*mean, 100*std)
}

// bySeed groups the records that differ in the seed alone, in the order of their first appearance.
func bySeed(records []*Record) [][]*Record {
	var groups [][]*Record
	for _, record := range records {
		i := slices.IndexFunc(groups, func(g []*Record) bool { return sameRow(g[0], record) })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], record)
	}
	return groups
}

// sameRow says whether a and b belong into one row.
func sameRow(a, b *Record) bool {
	return a.Spec == b.Spec && a.Key == b.Key && a.Tier == b.Tier && a.Model == b.Model && a.Data == b.Data &&
		a.History == b.History && a.Horizon == b.Horizon && (a.Headline() == nil) == (b.Headline() == nil)
}

// summarise makes the cells of one row.
func summarise(group []*Record) []string {
	first := group[0]
	row := []string{first.Model, first.dataName(), strconv.Itoa(first.History), strconv.Itoa(first.Horizon)}
	mse, mae := absent, absent
	windows, paper, ratio, source := absent, absent, absent, ""
	if scores := first.Headline(); scores != nil {
		ourMSE := values(group, func(r *Record) float64 { return r.Headline().MSE })
		mse = spread(ourMSE)
		mae = spread(values(group, func(r *Record) float64 { return r.Headline().MAE }))
		windows = strconv.Itoa(scores.Windows)
		if first.Paper != nil && first.Paper.MSE > 0 {
			ratio = fmt.Sprintf("%.3f", stat.Mean(ourMSE, nil)/first.Paper.MSE)
		}
	} else {
		mse = string(cmp.Or(first.Status, Failed))
	}
	if first.Paper != nil {
		if first.Paper.MSE > 0 {
			paper = fmt.Sprintf("%.3f", first.Paper.MSE)
		}
		source = first.Paper.Source
	}
	seconds := stat.Mean(values(group, func(r *Record) float64 { return r.Seconds }), nil)
	return append(row, mse, mae, windows, strconv.Itoa(first.Parameters), fmt.Sprintf("%.1f", seconds),
		strconv.Itoa(len(group)), paper, ratio, source)
}

// Error gives an error measure as tables show it: four decimals, or four significant digits if it is large.
func Error(value float64) string {
	if math.Abs(value) >= 1000 {
		return strconv.FormatFloat(value, 'g', 4, 64)
	}
	return strconv.FormatFloat(value, 'f', 4, 64)
}

func values(records []*Record, value func(*Record) float64) []float64 {
	list := make([]float64, len(records))
	for i, record := range records {
		list[i] = value(record)
	}
	return list
}

// spread gives the mean, and with more than one value the sample's standard deviation.
func spread(errors []float64) string {
	mean, std := stat.MeanStdDev(errors, nil)
	if len(errors) == 1 {
		return Error(mean)
	}
	return Error(mean) + " ± " + Error(std)
}
