package ltsf

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
