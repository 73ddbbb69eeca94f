package inspect

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// two are two runs of one layer, on two variates. Training moves one weight down with one seed and up with the other.
func two() *Inspection {
	i := &Inspection{Spec: "tsm2/ETTh1/96", Key: "0123456789ab", Tier: "cpu", Data: "ETTh1", Seeds: []uint64{3, 4}, WindowRow: 100}
	for _, seed := range i.Seeds {
		shift := float64(seed) / 10
		i.Weights = append(i.Weights,
			Weight{seed, "layer0", "alpha", 0, 0.5, 0.5 + shift}, Weight{seed, "layer0", "beta", 0, 0.5, -0.5},
			Weight{seed, "layer0", "theta", 0, 0.5, 0.5}, Weight{seed, "layer0", "theta", 1, 1, 1 + 0.2*(float64(seed)-3.5)}, Weight{seed, "layer0", "gamma", 0, 0.5, 0.5},
			Weight{seed, "output", "alpha", 0, 0.5, 0.5}, Weight{seed, "output", "alpha", 1, 1, 1},
			Weight{seed, "output", "beta", 0, 0.5, 0.5}, Weight{seed, "output", "beta", 1, 1, 1})
		i.Training = append(i.Training, Step{seed, 1, 0.9, math.NaN()}, Step{seed, 2, 0.5 + shift, 0.7})
	}
	variates := []string{"a, with a comma", "b"}
	for _, variate := range variates {
		for step := range 4 {
			i.Selectivity = append(i.Selectivity, Cell{Window, variate, step, float64(step) - 1.25})
		}
	}
	for _, variate := range variates {
		i.Selectivity = append(i.Selectivity, Cell{"layer0", variate, 0, 0.01}, Cell{"layer0", variate, 1, 0.02})
	}
	return i
}

// An inspection without its window, as it is kept with the code, is read and drawn too.
func TestWithoutWindow(t *testing.T) {
	dir := t.TempDir()
	if err := two().Write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "window.csv")); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := plain(two().WithoutWindow()); !reflect.DeepEqual(plain(got), want) || len(got.Selectivity) != 4 {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
	if figures, err := got.Figures(); err != nil || len(figures) != 3 || len(figures[1].Panels) != 1 {
		t.Errorf("drew %+v: %v", figures, err)
	}
}

// What is kept with the code is whole, and holds no data of a set.
func TestKept(t *testing.T) {
	folders, err := filepath.Glob("../results/inspections/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if _, err := Read(folder); err != nil {
			t.Error(err)
		}
		cells, err := selectivity.read(filepath.Join(folder, selectivityFile))
		if err != nil {
			t.Error(err)
		}
		for _, c := range cells {
			if c.Quantity == Window {
				t.Errorf("%s holds the series", folder)
				break
			}
		}
	}
}

// plain makes NaN equal to itself.
func plain(i *Inspection) *Inspection {
	for s, step := range i.Training {
		if !step.Evaluated() {
			i.Training[s].Validation = -1
		}
	}
	return i
}

func TestWriteAndRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := two().Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := plain(two()); !reflect.DeepEqual(plain(got), want) {
		t.Errorf("read\n%+v\nwant\n%+v", got, want)
	}
}

func TestDamagedInspection(t *testing.T) {
	for _, test := range []struct{ file, from, to, want string }{
		{"weights.csv", "seed,average", "seed,avarage", "weights.csv does not start with the columns"},
		{"weights.csv", "3,layer0,theta,1", "3,layer0,theta,one", `weights.csv line 5 is damaged: column index holds "one"`},
		{"selectivity.csv", "b,1,0.02", "b,1,0.02,7", "selectivity.csv line 5 is damaged: wrong number of fields"},
		{"window.csv", "b,1,-0.25", "b,1,low", `window.csv line 7 is damaged: column value holds "low"`},
		{"training.csv", "3,2,", "3,2,x", "training.csv line 3 is damaged"},
		{"inspection.json", "tsm2/ETTh1/96", "", "names no spec"},
		{"inspection.json", "{", "", "inspection.json is damaged at line"},
	} {
		dir := t.TempDir()
		if err := two().Write(dir); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, test.file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Replace(data, []byte(test.from), []byte(test.to), 1)
		if bytes.Equal(damaged, data) {
			t.Fatalf("%s has no %q", test.file, test.from)
		}
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got the error %v, want one with %q", err, test.want)
		}
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no such file") {
		t.Errorf("an empty folder: %v", err)
	}
}

// The maps have a row for each average, a column for each thing that is added, and means over seeds.
func TestWeightMaps(t *testing.T) {
	maps := two().weightMaps()
	if want := []string{"layer0 token mixer", "layer0 channel mixer", "output"}; !reflect.DeepEqual(maps[1].Rows, want) {
		t.Errorf("rows %q, want %q", maps[1].Rows, want)
	}
	if want := []string{"α, θ: x", "α, θ: token0", "β, γ: x", "β, γ: channel0"}; !reflect.DeepEqual(maps[1].Columns, want) {
		t.Errorf("columns %q, want %q", maps[1].Columns, want)
	}
	none := math.NaN()
	for m, want := range [][][]float64{
		{{0.5, none, 0.5, none}, {0.5, 1, 0.5, none}, {0.5, 1, 0.5, 1}},
		{{0.85, none, -0.5, none}, {0.5, 1, 0.5, none}, {0.5, 1, 0.5, 1}},
		{{0.35, none, 1, none}, {0, 0.1, 0, none}, {0, 0, 0, 0}},
	} {
		for i, row := range want {
			for j, value := range row {
				if got := maps[m].Values[i][j]; math.Abs(got-value) > 1e-12 || math.IsNaN(got) != math.IsNaN(value) {
					t.Errorf("map %d, row %d, column %d: %v, want %v", m, i, j, got, value)
				}
			}
		}
	}
	one := two()
	one.Seeds, one.Weights = one.Seeds[:1], one.Weights[:len(one.Weights)/2]
	if change := one.weightMaps()[2]; change.Title != "Change in training, seed 3" || math.Abs(change.Values[1][1]+0.1) > 1e-12 {
		t.Errorf("of one seed: %s, %v, want a signed change", change.Title, change.Values)
	}
	if want := [2]float64{-0.5, 1}; maps[0].Limits != want || maps[1].Limits != want {
		t.Errorf("the first two maps have the limits %v and %v, want %v", maps[0].Limits, maps[1].Limits, want)
	}
}

// Step sizes are shown in per cent of their layer's mean, on one scale: what is noise in a layer has no contrast beside another's.
func TestSelectivityMaps(t *testing.T) {
	i := two()
	for _, variate := range []string{"a, with a comma", "b"} {
		i.Selectivity = append(i.Selectivity, Cell{"layer1", variate, 0, 0.0999}, Cell{"layer1", variate, 1, 0.1001})
	}
	maps := i.selectivityMaps()
	window, wide, narrow := maps[0], maps[1], maps[2]
	for _, test := range []struct{ got, want float64 }{
		{window.Values[0][3], 1.75}, {wide.Values[0][0], -100. / 3}, {wide.Values[1][1], 100. / 3}, {narrow.Values[0][1], 0.1}, {wide.Limits[1], 100. / 3}, {window.Limits[1], 0},
	} {
		if math.Abs(test.got-test.want) > 1e-9 {
			t.Errorf("%v, want %v", test.got, test.want)
		}
	}
	if wide.Limits != narrow.Limits || narrow.Unit != "% from the layer's mean, 0.1000" {
		t.Errorf("limits %v and %v, unit %q", wide.Limits, narrow.Limits, narrow.Unit)
	}
}

func TestFigures(t *testing.T) {
	for want, edit := range map[string]func(*Inspection){
		"weights 3, selectivity 2, seeds 1": func(i *Inspection) {},
		"weights 3, selectivity 2":          func(i *Inspection) { i.Seeds = i.Seeds[:1] },
		"selectivity 2, seeds 1":            func(i *Inspection) { i.Weights = nil },
		"weights 3, seeds 1":                func(i *Inspection) { i.Selectivity = nil },
	} {
		i := two()
		edit(i)
		figures, err := i.Figures()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range figures {
			got = append(got, f.Name+" "+string(rune('0'+len(f.Panels))))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("figures %v, want %s", got, want)
		}
	}
	dir := t.TempDir()
	paths, err := two().Draw(dir)
	if err != nil || len(paths) != 6 {
		t.Fatalf("drew %v: %v", paths, err)
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
