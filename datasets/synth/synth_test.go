package synth

import (
	"math"
	"testing"

	"mambamixer/datasets/ltsf"
)

func generate(t *testing.T, cfg Config) *ltsf.Set {
	t.Helper()
	set, err := Generate(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestDefaultHasTheShapeOfETTh1(t *testing.T) {
	set := generate(t, Default())
	etth1, err := ltsf.Lookup("ETTh1")
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "synthetic" || !set.Synthetic {
		t.Errorf("name %q, synthetic %v", set.Name, set.Synthetic)
	}
	if set.Rows != etth1.Rows || set.Variates != etth1.Variates || set.Split != etth1.Split {
		t.Errorf("%d x %d, split %v; ETTh1 has %d x %d, split %v", set.Rows, set.Variates, set.Split, etth1.Rows, etth1.Variates, etth1.Split)
	}
	if len(set.Columns) != 7 || len(set.Values) != 7*set.Rows || len(set.Times) != set.Rows {
		t.Errorf("%d columns, %d values, %d stamps", len(set.Columns), len(set.Values), len(set.Times))
	}
	if first, last := set.Span(); first != "2020-01-01 00:00:00" || last != "2021-12-26 19:00:00" {
		t.Errorf("stamps %s .. %s", first, last)
	}
	if _, err := ltsf.Prepare(set, 512, 96); err != nil {
		t.Error(err)
	}
}

func TestSeedDecidesEveryValue(t *testing.T) {
	cfg := Config{Rows: 500, Variates: 3, Seed: 7}
	a, b := generate(t, cfg), generate(t, cfg)
	if a.SHA256 != b.SHA256 {
		t.Error("two calls with one seed differ")
	}
	cfg.Seed = 8
	if c := generate(t, cfg); c.SHA256 == a.SHA256 {
		t.Error("two seeds give the same set")
	}
}

func TestLargerSetExtendsSmaller(t *testing.T) {
	small := generate(t, Config{Rows: 300, Variates: 2, Seed: 3})
	large := generate(t, Config{Rows: 400, Variates: 5, Seed: 3})
	for row := range small.Rows {
		for m := range small.Variates {
			if small.At(row, m) != large.At(row, m) {
				t.Fatalf("row %d, variate %d: %g and %g", row, m, small.At(row, m), large.At(row, m))
			}
		}
	}
}

func TestShortSetHasRatioSplit(t *testing.T) {
	if got, want := generate(t, Config{Rows: 1000, Variates: 1}).Split, ltsf.RatioSplit(1000); got != want {
		t.Errorf("split %v, want %v", got, want)
	}
}

// A day is the strongest cycle: a value is nearer to that of a day ago than to that of half a day ago.
func TestDailyCycle(t *testing.T) {
	set := generate(t, Default())
	for m := range set.Variates {
		meanSquare := func(lag int) float64 {
			var s float64
			for row := lag; row < set.Rows; row++ {
				d := set.At(row, m) - set.At(row-lag, m)
				s += d * d
			}
			return s / float64(set.Rows-lag)
		}
		if day, half := meanSquare(24), meanSquare(12); day > half {
			t.Errorf("variate %d: mean square difference %g after a day, %g after half a day", m, day, half)
		}
	}
}

// With the cycles differenced away, a variate correlates most with its predecessor at its own lag.
func TestVariateFollowsItsPredecessor(t *testing.T) {
	cfg := Default()
	set := generate(t, cfg)
	const week = 168
	change := func(row, m int) float64 { return set.At(row, m) - set.At(row-week, m) }
	for m := 1; m < cfg.Variates; m++ {
		best, bestLag := math.Inf(-1), -1
		for lag := range 49 {
			var s float64
			for row := week + 48; row < set.Rows; row++ {
				s += change(row, m) * change(row-lag, m-1)
			}
			if s > best {
				best, bestLag = s, lag
			}
		}
		if want := newVariate(cfg.Seed, m).lag; bestLag != want {
			t.Errorf("variate %d follows after %d h, want %d h", m, bestLag, want)
		}
	}
}

func TestBadConfig(t *testing.T) {
	for _, cfg := range []Config{{Rows: 0, Variates: 7}, {Rows: 10, Variates: -1}} {
		if _, err := Generate(cfg); err == nil {
			t.Errorf("%+v: no error", cfg)
		}
	}
}
