package ltsf

import "fmt"

// Range is the half-open interval [Start, End) of row numbers.
type Range struct{ Start, End int }

// Len returns the number of rows.
func (r Range) Len() int { return r.End - r.Start }

// Split cuts a series in time order into rows to learn from, to select by and to report on.
type Split struct{ Train, Val, Test Range }

// MonthSplit is the split of the ETT sets: 12, 4 and 4 months of 30 days, with perDay rows a day (24 for ETTh, 96 for
// ETTm). Rows after these 20 months are not used.
func MonthSplit(perDay int) Split {
	month := 30 * perDay
	return Split{Range{0, 12 * month}, Range{12 * month, 16 * month}, Range{16 * month, 20 * month}}
}

// RatioSplit is the split of the other sets: floor(0.7 rows) to train, floor(0.2 rows) to test, and what is left between
// them to validate.
func RatioSplit(rows int) Split {
	train, test := rows*7/10, rows*2/10
	return Split{Range{0, train}, Range{train, rows - test}, Range{rows - test, rows}}
}

// Fold is part k of rolling-origin cross-validation, to select by without a look at the test rows: a block of as many
// rows as the split validates on is held out, and every row before it is to learn from. The blocks lie one before the
// other: that of fold 1 is the split's own validation rows, that of fold 2 ends where they begin, and so on. Test is the
// block as well, so that what reports on test rows reports on it.
//
// Errors: k below 1, or so high that no row is left to learn from.
func (s Split) Fold(k int) (Split, error) {
	block := s.Val.Len()
	held := Range{s.Val.Start - (k-1)*block, s.Val.End - (k-1)*block}
	if most := (s.Val.Start - s.Train.Start - 1) / max(1, block); k < 1 || held.Start <= s.Train.Start {
		return Split{}, fmt.Errorf("there is no fold %d of this split; with %d rows to learn from and blocks of %d rows, folds go from 1 to %d",
			k, s.Train.Len(), block, most+1)
	}
	return Split{Train: Range{s.Train.Start, held.Start}, Val: held, Test: held}, nil
}
