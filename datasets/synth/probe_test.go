package synth

import (
	"math"
	"testing"

	"mambamixer/datasets/ltsf"
)

// TestProbeErrors checks the best forecast's error: that it leaves something to explain, and is what it must be by the
// generating equations, within what chance does to 2400 rows of a slow process.
func TestProbeErrors(t *testing.T) {
	const history, horizon = 192, 48
	followers := probeNoise * probeNoise / (1 + probeNoise*probeNoise)
	for _, p := range Probes() {
		e, err := p.Errors(history, horizon)
		if err != nil {
			t.Fatal(err)
		}
		if !(e.Bayes > 0 && e.Bayes < 0.95*e.Mean) {
			t.Errorf("%s: best error %.4f, error of the mean %.4f", p.Name, e.Bayes, e.Mean)
		}
		if p.Name != "probe-lags" && p.Name != "probe-lags-last" {
			continue
		}
		leader := 0.0 // 1 - r^2h, on average over the horizon
		for h := 1; h <= horizon; h++ {
			leader += (1 - math.Pow(0.8, 2*float64(h))) / horizon
		}
		if want := (leader + 3*followers) / 4; math.Abs(e.Bayes-want) > 0.2*want {
			t.Errorf("%s: best error %.4f, by the equations %.4f", p.Name, e.Bayes, want)
		}
	}
}

// TestBestForecastIsBest scales the forecast of each variate that can be forecast: one that is an expectation has its
// least error unscaled, but for chance.
func TestBestForecastIsBest(t *testing.T) {
	const horizon = 48
	for _, p := range Probes() {
		realised := p.realise()
		out := make([]float64, horizon)
		for m, x := range realised.values {
			errors := map[float64]float64{}
			for end := 4000; end < 13000; end += 7 {
				realised.forecast(m, end, out)
				for h, expected := range out {
					for _, scale := range []float64{0.9, 1, 1.1} {
						errors[scale] += square(x[end+h] - scale*expected)
					}
				}
			}
			if sure := 0.999 * errors[1]; errors[0.9] < sure || errors[1.1] < sure {
				t.Errorf("%s, %s: a scaled forecast is better: %v", p.Name, realised.columns[m], errors)
			}
		}
	}
}

// TestForecastSeesThePastOnly changes nothing before the end and everything after it.
func TestForecastSeesThePastOnly(t *testing.T) {
	const end, horizon = 5000, 48
	for _, p := range Probes() {
		before, after := p.realise(), p.generate(p, rngOf(p), end) // a shorter run has the same beginning
		for m := range before.values {
			a, b := make([]float64, horizon), make([]float64, horizon)
			if before.values[m][end-1] != after.values[m][end-1] {
				continue // drawn variate by variate: only the first is the same
			}
			before.forecast(m, end, a)
			after.forecast(m, end, b)
			for h := range a {
				if a[h] != b[h] {
					t.Fatalf("%s, %s: the forecast depends on rows from its own time", p.Name, before.columns[m])
				}
			}
		}
	}
}

func TestProbesAreSets(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Probes() {
		set := p.Generate()
		if again := p.Generate(); again.SHA256 != set.SHA256 || seen[set.SHA256] {
			t.Errorf("%s: not the same on each call, or the same as another", p.Name)
		}
		seen[set.SHA256] = true
		if _, err := ltsf.Prepare(set, 192, 48); err != nil {
			t.Error(err)
		}
		if found, ok := FindProbe(p.Name); !ok || found.Needs != p.Needs {
			t.Errorf("%s is not found by its name", p.Name)
		}
	}
	if _, ok := FindProbe("probe-nothing"); ok {
		t.Error("found what there is not")
	}
	if _, err := Probes()[0].Errors(192, 96); err == nil {
		t.Error("a horizon beyond the lag has no error")
	}
}
