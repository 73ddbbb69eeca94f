// Package stats says how sure a difference between models is.
//
// A forecasting table has cells (a data set and a horizon) and runs of several seeds in each. Two models are compared
// by pairs: the same cell, or the same cell and seed. Over the seeds of one cell the differences come from one
// distribution that is close to normal, so [PairedT] is the test and Cohen's d_z the size of the effect. Cells differ in
// scale and difficulty, so over cells it is [Wilcoxon], on one difference per cell: seeds of one cell are not
// independent witnesses of what happens on another. Several tests at once are corrected by [Holm].
//
// More than two models on the same cells are ranked by [NewFriedman], and [CriticalDifference] is how far apart two
// average ranks must lie (Demšar, JMLR 7, 2006). [BootstrapMean] gives an interval for a mean ratio.
//
// What limits a conclusion comes back as a value, a [Warning], beside the number it limits. All errors are taken as
// "lower is better".
//
// The package imports nothing else of this module; distributions come from gonum.
package stats
