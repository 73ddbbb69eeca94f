package m5

import "time"

// Set is the sales of M items in G stores over T days.
type Set struct {
	Name   string
	Stores []Store   // G
	Items  []Item    // M
	Days   []Day     // T
	Units  []float32 // sold, [T, G, M] row-major
	Prices []float32 // US dollars, [T, G, M]; 0 where the store does not have the item that week

	Horizon   int // days to be forecast: 28
	Val, Test int // the days, from 0, on which the horizons for selection and for the report begin

	Source, Licence string
	SHA256          string // of the plain files' sums, or of the values of a generated set
	Synthetic       bool   // generated
}

// Store is a shop.
type Store struct{ ID, State string }

// Item is what is sold.
type Item struct{ ID, Department, Category string }

// Day is a day of the calendar.
type Day struct {
	Date   time.Time
	Week   int      // by which prices are kept, as "wm_yr_wk"
	Events []string // kinds of the day's events, of [EventKinds]
	SNAP   []string // states in which food stamps are accepted
}

// EventKinds are the kinds of events.
var EventKinds = []string{"Cultural", "National", "Religious", "Sporting"}

// UnitsAt gives the units of an item sold in a store on a day, all from 0.
func (s *Set) UnitsAt(day, store, item int) float32 { return s.Units[s.at(day, store, item)] }

// at is where a day's value of a series is in Units and Prices.
func (s *Set) at(day, store, item int) int { return (day*len(s.Stores)+store)*len(s.Items) + item }

// series is G·M.
func (s *Set) series() int { return len(s.Stores) * len(s.Items) }

// horizonsAtEnd puts the test horizon at the end of the days and the one for selection before it.
func (s *Set) horizonsAtEnd() {
	s.Horizon = 28
	s.Test = len(s.Days) - s.Horizon
	s.Val = s.Test - s.Horizon
}
