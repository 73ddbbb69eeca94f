package ltsf

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestWindowCounts(t *testing.T) {
	for _, c := range []struct {
		name             string
		split            Split
		history, horizon int
		want             [3]int
	}{
		{"ETTh", MonthSplit(24), 512, 96, [3]int{8033, 2785, 2785}},
		{"ETTh", MonthSplit(24), 96, 720, [3]int{7825, 2161, 2161}},
		{"ETTm", MonthSplit(96), 336, 192, [3]int{34033, 11329, 11329}},
		{"Weather", RatioSplit(52696), 96, 96, [3]int{36696, 5175, 10444}},
		{"Exchange", RatioSplit(7588), 96, 720, [3]int{4496, 41, 798}},
		{"Traffic", RatioSplit(17544), 512, 720, [3]int{11049, 1037, 2789}},
		{"ILI", RatioSplit(966), 36, 60, [3]int{581, 38, 134}},
		{"one window each", Split{Range{0, 4}, Range{4, 5}, Range{5, 6}}, 3, 1, [3]int{1, 1, 1}},
	} {
		w, err := c.split.Windows(c.history, c.horizon)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := [3]int{w.Train.Len(), w.Val.Len(), w.Test.Len()}; got != c.want {
			t.Errorf("%s, history %d, horizon %d: %v windows, want %v", c.name, c.history, c.horizon, got, c.want)
		}
	}
}

// The targets of a split's windows cover exactly its rows; only a training history must lie in its own split.
func TestWindowBorders(t *testing.T) {
	split := RatioSplit(100)
	const history, horizon = 20, 5
	w, err := split.Windows(history, horizon)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		starts, rows  Range
		first, beyond int // rows that the targets cover
	}{
		{"train", w.Train, split.Train, 20, 70},
		{"validation", w.Val, split.Val, 70, 80},
		{"test", w.Test, split.Test, 80, 100},
	} {
		first, beyond := c.starts.Start+history, c.starts.End-1+history+horizon
		if first != c.first || beyond != c.beyond {
			t.Errorf("%s: targets cover rows [%d, %d), want [%d, %d)", c.name, first, beyond, c.first, c.beyond)
		}
	}
	if w.Train.Start != 0 {
		t.Errorf("the first training window starts at row %d", w.Train.Start)
	}
}

func TestWindowErrors(t *testing.T) {
	split := RatioSplit(100) // 70, 10, 20
	for _, c := range []struct {
		history, horizon int
		words            []string
	}{
		{0, 5, []string{"history is 0 rows", "at least 1"}},
		{-3, 5, []string{"history is -3 rows"}},
		{5, 0, []string{"horizon is 0 rows"}},
		{5, -1, []string{"horizon is -1 rows"}},
		{68, 3, []string{"train split has 70 rows", "history 68 + horizon 3 need at least 71"}},
		{5, 11, []string{"validation split has 10 rows", "horizon 11 needs at least 11"}},
	} {
		_, err := split.Windows(c.history, c.horizon)
		wantWords(t, err, c.words...)
		var short *ShortError
		if positive := c.history > 0 && c.horizon > 0; errors.As(err, &short) != positive {
			t.Errorf("history %d, horizon %d: %T", c.history, c.horizon, err)
		}
	}
	_, err := Split{Range{0, 70}, Range{70, 90}, Range{90, 95}}.Windows(10, 6)
	wantWords(t, err, "test split has 5 rows", "horizon 6")
}

// counted is a set whose variate m at row t holds 10^m t, and whose last variate is constant.
func counted(rows int) *Set {
	s := &Set{Name: "counted", Columns: []string{"a", "b", "constant"}, Rows: rows, Variates: 3, Split: RatioSplit(rows)}
	for t := range rows {
		s.Values = append(s.Values, float64(t), 10*float64(t), 0.1)
	}
	return s
}

func TestPrepare(t *testing.T) {
	set := counted(100)
	p, err := Prepare(set, 20, 5)
	if err != nil {
		t.Fatal(err)
	}
	if p.T != 100 || p.M != 3 || len(p.Series) != 300 || p.Test.Len() != 16 || p.History != 20 || p.Horizon != 5 {
		t.Errorf("%d x %d, %d values, %d test windows", p.T, p.M, len(p.Series), p.Test.Len())
	}
	// 0..69 has mean 34.5 and population variance (70²-1)/12; later rows take no part.
	wantStd := math.Sqrt((70*70 - 1) / 12.0)
	near(t, "mean", p.Mean[1], 345, 1e-12)
	near(t, "std", p.Std[1], 10*wantStd, 1e-12)
	near(t, "last value", float64(p.Series[99*3]), (99-34.5)/wantStd, 1e-6)
	if p.Std[2] != 1 || p.Mean[2] != 0.1 || p.Series[2] != 0 {
		t.Errorf("constant variate: mean %g, std %g, value %g", p.Mean[2], p.Std[2], p.Series[2])
	}
	for row := range p.T {
		for m := range p.M {
			near(t, "original", p.Original(m, p.Series[row*3+m]), set.At(row, m), 1e-5)
		}
	}
}

func TestPrepareLeavesUnusedRowsOut(t *testing.T) {
	set := counted(100)
	set.Split = Split{Range{0, 50}, Range{50, 70}, Range{70, 90}}
	set.Values[95*3] = 1e30
	p, err := Prepare(set, 20, 5)
	if err != nil || p.T != 90 || len(p.Series) != 270 {
		t.Errorf("%v, %d rows", err, p.T)
	}
}

func TestPrepareErrors(t *testing.T) {
	_, err := Prepare(counted(20), 20, 5)
	wantWords(t, err, "counted:", "too short", "14 rows")
	set := counted(100)
	set.Values[80*3+1] = 1e300
	_, err = Prepare(set, 20, 5)
	wantWords(t, err, "row 81, column b", "1e+300 cannot be standardised")
	set = counted(100)
	set.Split.Test.End = 101
	_, err = Prepare(set, 20, 5)
	wantWords(t, err, "split ends at row 101, but it has 100 rows")
}

// Folds hold out blocks of one length, one before the other, and learn from what comes before; none touches the test rows.
func TestFold(t *testing.T) {
	split := MonthSplit(24)
	end := split.Test.Start
	for k := 1; k <= 3; k++ {
		fold, err := split.Fold(k)
		if err != nil {
			t.Fatal(err)
		}
		if want := (Range{end - split.Val.Len(), end}); fold.Val != want || fold.Test != want || fold.Train != (Range{0, want.Start}) {
			t.Errorf("fold %d is %+v, want the block %+v held out and all before it learned from", k, fold, want)
		}
		end = fold.Val.Start
	}
	for _, k := range []int{-1, 0, 4} {
		if _, err := split.Fold(k); err == nil || !strings.Contains(err.Error(), "from 1 to 3") {
			t.Errorf("fold %d: %v, want the range of folds", k, err)
		}
	}
}
