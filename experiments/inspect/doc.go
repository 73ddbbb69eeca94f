// Package inspect keeps and draws what finished runs of TSM2 or ViM2 have learned: the weights of the averages (equations 19
// and 20 of the paper), what the time mixers select in one test window, or where ViM2 looks: its effective receptive fields,
// and what its token mixers select in a generated picture; and the course of the training. `mambamixer inspect`
// takes these numbers out of the weights; from then on the weights are no longer needed.
//
// An inspection is a folder:
//
//	inspection.json  which runs, which window
//	weights.csv      seed, average, weight, index, initial, learned
//	selectivity.csv  quantity, variate, index, value
//	window.csv       the same columns
//	training.csv     seed, step, loss, validation
//	maps.csv         quantity, row, column, value; of ViM2 only, see Map
//
// An average is "layer<i>" or "output"; its weights alpha and theta scale token outputs, beta and gamma channel outputs, of
// which index 0 is the stack's input x and index i the output of the i-th mixer. A quantity is "layer<i>", the mean step
// size Δ of that layer's time mixer by patch, or, in window.csv, "window", the standardised series by time step.
// Validation is empty at steps that were not evaluated. An average of ViM2 is named after the mixer whose input it is, such
// as "stage1/token0", or "stage1/output". No map shows a picture of a data set.
//
// What is to be seen in the report is kept with the code, below experiments/results/inspections:
//
//	mambamixer inspect runs/tsm2/ETTh1/96/<key>/seed-* -o experiments/results/inspections/tsm2-ETTh1-96
//
// Git ignores window.csv and the figures there: they show the data set, whose licence may forbid to pass on altered data, as
// that of the ETT sets does (CC BY-ND). An inspection is whole without its window.
//
//	inspection, err := inspect.Read("experiments/results/inspections/tsm2-ETTh1-96")
//	...
//	figures, err := inspection.Figures()
package inspect
