package ltsf

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"mambamixer/datasets/ltsf/ltsftest"
)

// golden reads one of the tables of known values that lie beside the real data. They were computed independently, with
// the splits and scaling that the package comment describes.
func golden(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("needs the known values in %s: %v", name, err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, key := range lines[0] {
			row[key] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// loader loads each set once.
func loader(t *testing.T, dirs []string) func(name string) *Set {
	sets := map[string]*Set{}
	return func(name string) *Set {
		t.Helper()
		if sets[name] == nil {
			set, err := Load(name, dirs)
			if err != nil {
				t.Fatal(err)
			}
			sets[name] = set
		}
		return sets[name]
	}
}

func TestGoldenTrainStatistics(t *testing.T) {
	dirs := ltsftest.Dirs(t)
	load := loader(t, dirs)
	for _, row := range golden(t, dirs[0], "ts_train_stats.csv") {
		set := load(row["dataset"])
		column := int(number(t, row["column"]))
		counts := []int{set.Rows, set.Split.Train.Len(), set.Split.Val.Len(), set.Split.Test.Len()}
		for i, key := range []string{"rows", "train", "val", "test"} {
			if want := int(number(t, row[key])); counts[i] != want {
				t.Errorf("%s: %s has %d rows, want %d", set.Name, key, counts[i], want)
			}
		}
		if set.Columns[column] != row["name"] {
			t.Errorf("%s: column %d is %q, want %q", set.Name, column, set.Columns[column], row["name"])
		}
		mean, std := set.Moments(set.Split.Train)
		near(t, set.Name+" mean of "+row["name"], mean[column], number(t, row["train_mean"]), 1e-10)
		near(t, set.Name+" std of "+row["name"], std[column], number(t, row["train_std_population"]), 1e-10)
	}
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Max(1, math.Abs(want)) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// Repeating the last value of the history checks reader, split, scaling, windows and the order of averaging at once.
func TestGoldenRepeat(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through every test window of every set and horizon")
	}
	dirs := ltsftest.Dirs(t)
	load := loader(t, dirs)
	for _, row := range golden(t, dirs[0], "ts_repeat_baseline.csv") {
		horizon := int(number(t, row["horizon"]))
		data, err := Prepare(load(row["dataset"]), 96, horizon)
		if err != nil {
			t.Fatal(err)
		}
		if want := int(number(t, row["test_windows"])); data.Test.Len() != want {
			t.Errorf("%s/%d has %d test windows, want %d", data.Name, horizon, data.Test.Len(), want)
		}
		mse, mae := repeat(data)
		near(t, data.Name+"/"+row["horizon"]+" MSE", mse, number(t, row["mse"]), 1e-5)
		near(t, data.Name+"/"+row["horizon"]+" MAE", mae, number(t, row["mae"]), 1e-5)
	}
}

func repeat(p *Prepared) (mse, mae float64) {
	for s := p.Test.Start; s < p.Test.End; s++ {
		last := p.Series[(s+p.History-1)*p.M:][:p.M]
		target := p.Series[(s+p.History)*p.M:][:p.Horizon*p.M]
		for h := range p.Horizon {
			for m, z := range target[h*p.M:][:p.M] {
				d := float64(z) - float64(last[m])
				mse += d * d
				mae += math.Abs(d)
			}
		}
	}
	n := float64(p.Test.Len() * p.Horizon * p.M)
	return mse / n, mae / n
}

func TestRealFilesAreListedAndChecked(t *testing.T) {
	dirs := ltsftest.Dirs(t)
	for _, s := range List(dirs) {
		if !s.Present() {
			continue
		}
		if s.Checksum != ChecksumOK || s.Err != nil || s.Bytes == 0 {
			t.Errorf("%s: checksum %s, %d bytes, error %v", s.Info.Name, s.Checksum, s.Bytes, s.Err)
		}
	}
	for _, c := range []struct{ name, first, last string }{
		{"ETTh1", "2016-07-01 00:00:00", "2018-06-26 19:00:00"},
		{"ETTm2", "2016-07-01 00:00:00", "2018-06-26 19:45:00"},
		{"Weather", "2020-01-01 00:10:00", "2021-01-01 00:00:00"},
		{"Exchange", "1990/1/1 0:00", "2010/10/10 0:00"},
		{"ILI", "2002-01-01 00:00:00", "2020-06-30 00:00:00"},
	} {
		r, err := Check(c.name, dirs)
		if err != nil {
			t.Error(err)
			continue
		}
		if r.First != c.first || r.Last != c.last || !r.Set.Verified {
			t.Errorf("%s: %s .. %s, verified %v", c.name, r.First, r.Last, r.Set.Verified)
		}
		if len(r.Mean) != r.Info.Variates || len(r.Std) != r.Info.Variates {
			t.Errorf("%s: %d means, %d deviations", c.name, len(r.Mean), len(r.Std))
		}
	}
}
