package m5

import (
	"math"
	"slices"
)

// Known is what is known of days before they come, as a model may see it.
type Known struct {
	Calendar []float32 // [T, C]: what is the same for all series
	Names    []string  // of Calendar's C columns
	SNAP     []float32 // [T, G]: 1 where food stamps are accepted in the store's state
	Price    []float32 // [T, G, M]: over the mean price of the series before a day; 0 where the store does not have the item
}

// Known gives it. Prices are divided by their means over the days before until.
func (s *Set) Known(until int) Known {
	k := Known{
		Names: slices.Concat([]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "sin of the year", "cos of the year"}, EventKinds),
		SNAP:  make([]float32, len(s.Days)*len(s.Stores)), Price: make([]float32, len(s.Prices)),
	}
	for t, day := range s.Days {
		row := make([]float32, len(k.Names))
		row[day.Date.Weekday()] = 1
		sin, cos := math.Sincos(2 * math.Pi * float64(day.Date.YearDay()-1) / 365.25)
		row[7], row[8] = float32(sin), float32(cos)
		for i, kind := range EventKinds {
			if slices.Contains(day.Events, kind) {
				row[9+i] = 1
			}
		}
		k.Calendar = append(k.Calendar, row...)
		for g, store := range s.Stores {
			if slices.Contains(day.SNAP, store.State) {
				k.SNAP[t*len(s.Stores)+g] = 1
			}
		}
	}
	for i := range s.series() {
		sum, count := 0.0, 0
		for t := range until {
			if p := s.Prices[t*s.series()+i]; p > 0 {
				sum, count = sum+float64(p), count+1
			}
		}
		if count == 0 {
			sum, count = 1, 1
		}
		for t := range s.Days {
			k.Price[t*s.series()+i] = float32(float64(s.Prices[t*s.series()+i]) * float64(count) / sum)
		}
	}
	return k
}

// Static says what each series is, [G, M, C]: which item, department, category, store and state, one 1 in each of these
// groups of columns.
func (s *Set) Static() (values []float32, columns int) {
	stores, items := s.StoreGroupings()[1:], s.ItemGroupings()[1:]
	for _, g := range slices.Concat(stores, items) {
		columns += g.Count
	}
	for store := range s.Stores {
		for item := range s.Items {
			row, at := make([]float32, columns), 0
			for _, g := range stores {
				row[at+g.Of[store]], at = 1, at+g.Count
			}
			for _, g := range items {
				row[at+g.Of[item]], at = 1, at+g.Count
			}
			values = append(values, row...)
		}
	}
	return values, columns
}
