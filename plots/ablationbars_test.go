package plots

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// ablations has intervals of every kind, a long name and points without one.
func ablations() Bars {
	return Bars{
		Title: "What each part of TSM2 is worth on ETTh1, horizon 96: change against the reference, over paired seeds",
		Axis:  "change of the test MSE (%), above 0 is worse",
		Groups: []BarGroup{
			{"Averaging", []Bar{
				{"plain residual stream", 0.4, 0.1, 0.7, 5, false},
				{"DenseFormer's initial values", -0.1, -0.5, 0.3, 5, false},
				{"without theta", 0.05, -0.1, 0.2, 5, false},
			}},
			{"Channel mixer", []Bar{
				{"none", -0.6, -0.9, -0.3, 3, false},
				{"unidirectional, with the variates in another order than that of the data", 1.9, 1.1, 2.7, 3, false},
				{"multi-layer perceptron", 0.8, none, none, 1, false},
			}},
			{"", []Bar{{"no mixers at all", 0.02, -0.2, 0.24, 0, false}}},
		},
	}
}

func TestAblationBars(t *testing.T) {
	many := Bars{Axis: "change of the test MSE (%)", Groups: []BarGroup{{Name: "State size N"}}}
	for i := range 32 {
		mean := math.Sin(float64(i))
		many.Groups[0].Bars = append(many.Groups[0].Bars, Bar{fmt.Sprintf("N = %d", i+1), mean, mean - 0.4, mean + 0.5, i % 4, false})
	}
	one := Bars{Title: "One row", Axis: "change of the test MSE", Groups: []BarGroup{{Bars: []Bar{{"history 96", 0, 0, 0, 1, false}}}}}
	for name, bars := range map[string]Bars{"ablations": ablations(), "ablations_many": many, "ablations_one": one} {
		chart, err := AblationBars(bars)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, bars.Size(), chart)
	}
}

// A test in the chart's stead decides which points are filled, whatever their intervals say.
func TestAblationBarsFill(t *testing.T) {
	excluded, included := Bar{Mean: 2, Low: 1, High: 3}, Bar{Mean: 2, Low: -1, High: 5, Passes: true}
	for _, test := range []struct {
		by       string
		first    barKind
		second   barKind
		explains string
	}{{"", passes, fails, "the interval excludes 0"}, {"told apart", fails, passes, "told apart"}} {
		b := Bars{Test: test.by, Groups: []BarGroup{{Bars: []Bar{excluded, included}}}}
		if b.kind(excluded) != test.first || b.kind(included) != test.second {
			t.Errorf("by %q: kinds %v and %v", test.by, b.kind(excluded), b.kind(included))
		}
		if keys := b.header().keys; len(keys) != 2 || keys[0].name != test.explains {
			t.Errorf("by %q: keys %+v", test.by, keys)
		}
	}
	if kind := (Bars{Test: "told apart"}).kind(Bar{Low: none, High: none, Passes: true}); kind != pointOnly {
		t.Errorf("a bar without an interval is of kind %v", kind)
	}
}

func TestAblationBarsRefuses(t *testing.T) {
	for want, edit := range map[string]func(*Bars){
		"has no bar":                           func(b *Bars) { b.Groups = nil },
		`"none" has the mean NaN`:              func(b *Bars) { b.Groups[1].Bars[0].Mean = none },
		"the interval 0.1 to -1":               func(b *Bars) { b.Groups[0].Bars[0].High = -1 },
		"the interval NaN to 0.7":              func(b *Bars) { b.Groups[0].Bars[0].Low = none },
		"the mean must be finite and inside a": func(b *Bars) { b.Groups[0].Bars[0].High = math.Inf(1) },
	} {
		b := ablations()
		edit(&b)
		if _, err := AblationBars(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
