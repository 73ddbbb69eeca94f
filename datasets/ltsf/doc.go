// Package ltsf reads the long-term series forecasting (LTSF) benchmarks and cuts them by the
// protocol behind the published tables: ETTh1, ETTh2, ETTm1, ETTm2, Weather, Exchange,
// Electricity, Traffic and ILI. It knows files, splits and windows; it knows no model.
//
// # From a file to windows
//
//	dirs := ltsf.SearchPath(flagData)             // -data, $MAMBAMIXER_DATA, the user's data folder
//	set, err := ltsf.Load("ETTh1", dirs)          // T rows x M variates, in the original unit
//	data, err := ltsf.Prepare(set, 512, 96)       // standardised [T, M] and the windows of each split
//	for s := data.Train.Start; s < data.Train.End; s++ {
//		// history: rows [s, s+512), target: rows [s+512, s+512+96) of data.Series
//	}
//
// A window is named by the row where its history starts. Nothing is copied: a model gathers its
// windows from the one standardised series.
//
// # Protocol
//
// Rows are cut in time order, never shuffled. The ETT sets take 12, 4 and 4 months of 30 days and
// leave the rest of the file unused. The others take 70 %, 10 % and 20 %: train = floor(0.7 T), test =
// floor(0.2 T), validation is what is left.
//
// Every variate is standardised with the mean and the population standard deviation (divisor n, not
// n-1) of its train rows alone. MSE and MAE are taken on standardised values and averaged over
// windows, steps and variates, so a variate with a large unit does not drown the others.
//
// A split of N rows has N-L-H+1 windows for training and N-H+1 for validation and test, with history L
// and horizon H: the history of a validation or test window may reach back across the border, its
// target may not.
//
// # Traps
//
// Dropping the last batch. Loaders that serve batches of 32 and drop an incomplete last one leave up to
// 31 test windows out, and the windows they leave out are the newest. That is not a detail: repeating the
// last value scores 0.810 on Exchange with horizon 720 over all 798 windows, and 0.823 without the last
// 30, which is what many tables print. Here all windows count.
//
// Fitting the scaler on the whole file leaks the level of the test rows into training.
//
// Choosing the epoch by test error, or reporting the best of several runs by test error, is selection
// on the test split.
//
// Weather holds the value -9999 where a sensor failed (in wv, max. PAR and OT).
// The published protocol leaves these in, so this package does too; they inflate the deviation of those
// variates. Its header has bytes that are no UTF-8, so address its columns by position.
//
// Exchange has date-like stamps, one a calendar day, though the rates are those of trading days: treat them as
// labels. The order of its last two columns differs between the two published forms, which does not
// change a mean over variates.
//
// # Files
//
// Two forms are read, each plain or with a further .gz:
//
//   - .csv: a header, the first column named date, the other columns are the variates;
//   - .txt: the LSTNet form, numbers separated by commas, no header and no stamps.
//
// The reader is strict. A ragged row, a cell that is no finite number, a file that ends early or whose checksum
// is not the published one is an error that names file, line and column, because a silent repair changes the
// numbers of a table.
package ltsf
