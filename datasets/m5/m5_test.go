package m5

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// two stores of a state each, two items of one category, four days; the horizon is the last.
func small() *Set {
	s := &Set{
		Name:   "small",
		Stores: []Store{{"A", "X"}, {"B", "Y"}},
		Items:  []Item{{"1", "D", "K"}, {"2", "E", "K"}},
		Days:   make([]Day, 4),
		Units: []float32{
			0, 2, 1, 0,
			1, 2, 1, 0,
			3, 2, 3, 0,
			4, 2, 1, 1,
		},
		Prices: []float32{
			1, 1, 1, 1,
			1, 1, 1, 1,
			1, 2, 1, 1,
			1, 2, 1, 1,
		},
	}
	return s
}

// Scales, weights and the error on a set that can be worked out by hand.
func TestWRMSSE(t *testing.T) {
	s := small()
	levels, measures := s.Levels(), s.Measures(3)
	if len(levels) != 12 {
		t.Fatalf("%d levels", len(levels))
	}
	at := func(name string) int {
		return slices.IndexFunc(levels, func(l Level) bool { return l.Name == name })
	}
	for _, want := range []struct {
		level         string
		scale, weight []float64
	}{
		// Item 1 of store A is first sold on day 2, so there is one difference, 2²; item 2 there never changes; item 1 of B: 0² and 2²;
		// item 2 of B is never sold. Revenue: 1+3, 2+2+4, 1+1+3, 0 of 17.
		{"store x item", []float64{4, 0, 2, 0}, []float64{4. / 17, 8. / 17, 5. / 17, 0}},
		// 3, 4, 8
		{"all x all", []float64{(1 + 16) / 2.}, []float64{1}},
		// A: 2, 3, 5; B: 1, 1, 3
		{"state x category", []float64{(1 + 4) / 2., (0 + 4) / 2.}, []float64{12. / 17, 5. / 17}},
	} {
		m := measures[at(want.level)]
		for i := range want.scale {
			if math.Abs(m.Scale[i]-want.scale[i]) > 1e-12 || math.Abs(m.Weight[i]-want.weight[i]) > 1e-12 {
				t.Errorf("%s: scales %v, weights %v; want %v, %v", want.level, m.Scale, m.Weight, want.scale, want.weight)
				break
			}
		}
	}
	// The forecast misses item 1 of store A by 2 and nothing else. On every level its node carries the error; the node's weight and
	// scale by the groupings of stores (all, state, store) and items (all, category, department, item). Items 1 and 2 of store A
	// make 2, 3, 5; item 1 of both stores 1, 2, 6, sold from the first day.
	all, a, item, bottom := math.Sqrt(4/8.5), 12./17*math.Sqrt(4/2.5), 9./17*math.Sqrt(4/8.5), 4./17*math.Sqrt(4/4.)
	want := (2*all + 2*item + 2*(2*a) + 2*(2*bottom)) / 12
	got, err := s.WRMSSE(3, []float32{2, 2, 1, 1})
	if err != nil || math.Abs(got-want) > 1e-12 {
		t.Errorf("WRMSSE %v, %v; want %v", got, err, want)
	}
	if got, err := s.WRMSSE(3, s.day(s.Units, 3)); got != 0 || err != nil {
		t.Errorf("the truth has WRMSSE %v, %v", got, err)
	}
	for _, bad := range []struct {
		origin int
		values int
		text   string
	}{{3, 3, "each day has 4"}, {3, 0, "each day has 4"}, {3, 8, "no days 4 to 5"}, {0, 4, "no days 1 to 1"}} {
		if _, err := s.WRMSSE(bad.origin, make([]float32, bad.values)); err == nil || !strings.Contains(err.Error(), bad.text) {
			t.Errorf("%d values from day %d: %v; want %q", bad.values, bad.origin, err, bad.text)
		}
	}
}

func TestFeatures(t *testing.T) {
	s := Generate()
	known := s.Known(s.Val)
	columns := len(known.Names)
	if len(known.Calendar) != len(s.Days)*columns || len(known.SNAP) != len(s.Days)*len(s.Stores) || len(known.Price) != len(s.Units) {
		t.Fatalf("%d, %d, %d values", len(known.Calendar), len(known.SNAP), len(known.Price))
	}
	for day, d := range s.Days {
		row := known.Calendar[day*columns : (day+1)*columns]
		if on := slices.Index(row[:7], 1); time.Weekday(on) != d.Date.Weekday() {
			t.Fatalf("day %d is weekday %d", day, on)
		}
		if got, want := slices.Contains(row[9:], 1), len(d.Events) > 0; got != want {
			t.Fatalf("day %d has an event: %v, want %v", day, got, want)
		}
		for g, store := range s.Stores {
			if got, want := known.SNAP[day*len(s.Stores)+g] == 1, slices.Contains(d.SNAP, store.State); got != want {
				t.Fatalf("day %d, store %s: food stamps %v, want %v", day, store.ID, got, want)
			}
		}
	}
	for i := range s.series() {
		mean := 0.0
		for day := range s.Val {
			mean += float64(known.Price[day*s.series()+i]) / float64(s.Val)
		}
		if math.Abs(mean-1) > 1e-5 {
			t.Errorf("series %d has a mean price of %v", i, mean)
		}
	}
	static, width := s.Static()
	if width != 2+4+2+4+8 || len(static) != s.series()*width {
		t.Fatalf("%d columns, %d values", width, len(static))
	}
	seen := map[string]bool{}
	for i := range s.series() {
		row := static[i*width : (i+1)*width]
		sum := float32(0)
		for _, v := range row {
			sum += v
		}
		if sum != 5 {
			t.Errorf("series %d has the sum %v", i, sum)
		}
		seen[string(encode(row))] = true
	}
	if len(seen) != s.series() {
		t.Errorf("%d of %d series are told apart", len(seen), s.series())
	}
}

func encode(row []float32) []byte {
	b := make([]byte, len(row))
	for i, v := range row {
		b[i] = byte(v)
	}
	return b
}

// The generated set stays what it is: results of it are kept under its sum.
func TestGenerate(t *testing.T) {
	s := Generate()
	if again := Generate(); again.SHA256 != s.SHA256 {
		t.Error("two calls give two sets")
	}
	const sum = "de19a924afb86e7a388123a5a44bb7ecf4a86680e87a1ff5a68c665c04542684"
	if s.SHA256 != sum {
		t.Errorf("its sum is %s, want %s", s.SHA256, sum)
	}
	if s.Test != 702 || s.Val != 674 || !s.Synthetic {
		t.Errorf("horizons from %d and %d, synthetic %v", s.Val, s.Test, s.Synthetic)
	}
	// A cut price sells more.
	var sold, days [2]float64
	for day := range s.Days {
		for store := range s.Stores {
			for item := range s.Items {
				cut := 0
				if price := s.Prices[s.at(day, store, item)]; price < slices.Max([]float32{price, s.Prices[s.at((day+7)%700, store, item)], s.Prices[s.at((day+14)%700, store, item)]}) {
					cut = 1
				}
				sold[cut] += float64(s.UnitsAt(day, store, item))
				days[cut]++
			}
		}
	}
	if ratio := sold[1] / days[1] / (sold[0] / days[0]); ratio < 1.4 {
		t.Errorf("a cut price sells %.2f times as much", ratio)
	}
}

func TestLookup(t *testing.T) {
	if _, err := Load("M5-28", nil); err == nil || !strings.Contains(err.Error(), `did you mean "M5-280"?`) {
		t.Errorf("%v", err)
	}
	_, err := Load("M5", []string{t.TempDir()})
	for _, text := range []string{"m5/sales_train_evaluation.csv", "m5/sell_prices.csv", "kaggle", "unpacked in the folder m5"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v; want %q in it", err, text)
		}
	}
}
