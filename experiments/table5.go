package experiments

import "strconv"

// table5 is the paper's Table 5, long-term forecasting on 8 sets and 4 horizons, with the rivals that its authors left
// out, and with the control that has no mixers.
//
//	mambamixer sweep table5 -seeds 5
//
// Expected (MambaMixer, Table 5, test MSE of TSM2 at horizons 96, 192, 336, 720): ETTh1 0.375 0.398 0.419 0.422, ETTh2
// 0.253 0.334 0.347 0.401, ETTm1 0.322 0.349 0.366 0.407, ETTm2 0.173 0.230 0.279 0.388, Electricity 0.142 0.153 0.175
// 0.209, Exchange 0.163 0.229 0.383 0.999, Traffic 0.396 0.408 0.427 0.449, Weather 0.161 0.208 0.252 0.337. The rivals'
// numbers are in experiments/paper.
func table5() Study {
	return Study{
		Name:     "table5",
		Title:    "Long-term forecasting: test errors of TSM2 and its rivals",
		Question: "does TSM2 forecast better than its rivals, and than itself without mixers?",
		Cost:     "TSM2 takes half a minute to some minutes a cell on 2 cores, linear rivals seconds, Transformers minutes",
		Sets:     []string{"ETTh1", "ETTh2", "ETTm1", "ETTm2", "Electricity", "Exchange", "Traffic", "Weather"},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range listed(set) {
				if spec.Kind != "TSM2 paper default" { // the closest reading of the text is no rival
					entries = append(entries, Entry{Spec: spec, Section: set, Row: strconv.Itoa(spec.Data.Horizon), Column: spec.Kind})
				}
			}
			return entries
		},
	}
}
