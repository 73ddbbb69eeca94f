// Package compare sets two sets of runs against each other, pair by pair.
//
//	c, err := compare.New(compare.Side{Name: "TSM2", Records: a}, compare.Side{Name: "NLinear", Records: b})
//	fmt.Print(c.Table().Text())
//
// A cell is a data set and a horizon. Within a cell runs are paired by seed, and the differences of their test errors are
// put to a paired t-test, corrected by Holm for the number of cells. Over cells there is one difference each, that of the
// means of the paired runs, or of all runs where no seed is on both sides, and a Wilcoxon signed-rank test; and the mean of
// the cells' ratios with its bootstrap interval. See package stats for why.
//
// Runs of several measures, such as the MSE and the WRMSSE, are compared measure by measure, by [Each].
//
// A model that is not trained gives the same on every seed, so its one run is paired with every run of the other side.
package compare
