package paper

// SalesSource is where the numbers of Sales come from.
const SalesSource = "MambaMixer (arXiv 2403.19888v1), Table 6: the whole of M5 with auxiliary information"

// Weighted is a published WRMSSE on M5.
type Weighted struct {
	Model            string
	Test, Validation float64
}

// Sales gives the paper's Table 6.
func Sales() []Weighted {
	var list []Weighted
	for _, row := range rowsOf("table6.csv") {
		list = append(list, Weighted{Model: row[0], Test: number(row[1]), Validation: number(row[2])})
	}
	return list
}
