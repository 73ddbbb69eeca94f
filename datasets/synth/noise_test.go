package synth

import (
	"math"
	"testing"

	"mambamixer/datasets/ltsf"
)

func TestNoise(t *testing.T) {
	set := Noise(21)
	if again := Noise(21); again.SHA256 != set.SHA256 || Noise(22).SHA256 == set.SHA256 {
		t.Error("not the same on each call, or the same for other sizes")
	}
	if set.Name != "noise-21" || !set.Synthetic || set.Variates != 21 || len(set.Columns) != 21 {
		t.Errorf("name %s, synthetic %v, %d variates, %d columns", set.Name, set.Synthetic, set.Variates, len(set.Columns))
	}
	if _, err := ltsf.Prepare(set, 1536, 720); err != nil {
		t.Error(err)
	}
	mean, std := set.Moments(set.Split.Train)
	for m := range mean { // deviations of the estimates are 0.021 and 0.015
		if math.Abs(mean[m]) > 0.1 || math.Abs(std[m]-1) > 0.075 {
			t.Errorf("variate %d has mean %v and deviation %v", m, mean[m], std[m])
		}
	}
}

func TestFindNoise(t *testing.T) {
	for name, want := range map[string]int{"noise-1": 1, "noise-321": 321, "noise-10000": 10000} {
		if got, found := FindNoise(name); !found || got != want {
			t.Errorf("%s: %d, %v", name, got, found)
		}
	}
	for _, name := range []string{"noise-", "noise-0", "noise-007", "noise--7", "noise-10001", "noise-7x", "probe-hold", "7"} {
		if got, found := FindNoise(name); found {
			t.Errorf("%s is taken for noise of %d variates", name, got)
		}
	}
}
