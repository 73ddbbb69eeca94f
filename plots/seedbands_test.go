package plots

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
)

// bands has seeds that end at different steps.
func bands(seeds int) Bands {
	loss, val := Band{Name: "training loss"}, Band{Name: "validation error"}
	for seed := range seeds {
		c := course()
		for i := range c.Loss.Y {
			c.Loss.Y[i] += 0.02 * math.Sin(float64(seed*7+i))
		}
		for i := range c.Val.Y {
			c.Val.Y[i] += 0.02 * float64(seed) / float64(i+1)
		}
		end := len(c.Val.Y) - seed%2
		loss.Seeds = append(loss.Seeds, c.Loss)
		val.Seeds = append(val.Seeds, Series{Steps: c.Val.Steps[:end], Y: c.Val.Y[:end]})
	}
	return Bands{Title: "TSM2 on ETTh1, horizon 96", Unit: "MSE on standardised data", Curves: []Band{loss, val}}
}

func TestSeedBands(t *testing.T) {
	for name, seeds := range map[string]int{"bands": 5, "bands_one": 1} {
		p, err := SeedBands(bands(seeds))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, Wide, p)
	}
}

func TestBetween(t *testing.T) {
	mean, outline := between([]plotter.XYs{{{X: 1, Y: 3}, {X: 2, Y: 5}, {X: 3, Y: 9}}, {{X: 1, Y: 1}, {X: 2, Y: 6}}})
	if want := (plotter.XYs{{X: 1, Y: 2}, {X: 2, Y: 5.5}}); !reflect.DeepEqual(mean, want) {
		t.Errorf("the mean is %v, want %v", mean, want)
	}
	if want := (plotter.XYs{{X: 1, Y: 1}, {X: 2, Y: 5}, {X: 2, Y: 6}, {X: 1, Y: 3}}); !reflect.DeepEqual(outline, want) {
		t.Errorf("the outline is %v, want %v", outline, want)
	}
}

func TestSeedBandsRefuses(t *testing.T) {
	for want, edit := range map[string]func(*Bands){
		"has no curve": func(b *Bands) { b.Curves = nil },
		`the 0 seeds of "training loss" have no step in common`:    func(b *Bands) { b.Curves[0].Seeds = nil },
		`the 3 seeds of "validation error" have no step in common`: func(b *Bands) { b.Curves[1].Seeds[2] = Series{Steps: []int{7}, Y: []float64{1}} },
		"validation error: the series":                             func(b *Bands) { b.Curves[1].Seeds[0].Y[1] = none },
		`"training loss" has 50 steps, but 49 values`:              func(b *Bands) { s := &b.Curves[0].Seeds[1]; s.Y = s.Y[1:] },
	} {
		b := bands(3)
		edit(&b)
		if _, err := SeedBands(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
