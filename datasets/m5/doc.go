// Package m5 reads the sales of the M5 competition (Makridakis et al., 2022): units of items sold a day in ten shops of a
// retailer, with what is known of items, shops, days and prices, and the error by which forecasts were judged, the WRMSSE.
//
//	set, err := m5.Load("M5-280", ltsf.SearchPath(""))
//	units := set.UnitsAt(day, store, item)
//	error := set.WRMSSE(set.Test, forecast)      // forecast [28, G, M]
//
// # Series and hierarchy
//
// G stores sell the same M items, so the bottom series are the pairs of a store and an item. Sums of them make twelve levels:
// all stores, those of a state or a single one, by all items, those of a category, of a department or a single one. The
// stores' three groupings and the items' four are independent, so a level is one of each.
//
// # WRMSSE
//
// The error of a forecast from day n on, over the h days of the horizon, is
//
//	WRMSSE = Σ_levels 1/12 Σ_i w_i sqrt( 1/h Σ_{t=n}^{n+h-1} (y_t - ŷ_t)² / c_i )
//
// with y the sum of a node i of the level and ŷ the sum of the forecasts; c_i the mean of (y_t - y_{t-1})² over the days before n, from
// the first sale on; w_i the node's share of the level's revenue in the 28 days before n (competitors' guide of M5). A
// forecast that repeats the day before has about 1 on a random walk, and lower is better.
//
// # Sets
//
// M5 is the whole: 3049 items, 1941 days. M5-280 is that of the R package m5: 28 items with all their days and prices; its prices
// end with day 1913, so that is where its test horizon ends, and its errors are those of its own hierarchy and not to be held
// against those of M5. shops is generated, see [Generate].
//
// M5's files are under the rules of the competition and are not passed on; the package reads what its user has.
package m5
