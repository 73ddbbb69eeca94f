package plots

import (
	"math"
	"strings"
	"testing"
)

// decays are two lines, one of them without a key.
func decays() Lines {
	slow, fast := Line{Name: "slow"}, Line{}
	for i := range 30 {
		t := float64(i) / 10
		slow.X, slow.Y = append(slow.X, t), append(slow.Y, math.Exp(-t))
		fast.X, fast.Y = append(fast.X, t), append(fast.Y, math.Exp(-3*t))
	}
	return Lines{Title: "How a state forgets", X: "time", Y: "state", Of: []Line{slow, fast}}
}

func TestLineChart(t *testing.T) {
	p, err := LineChart(decays())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "lines", Strip, p)
	few := Lines{Title: "Where it was measured", X: "size", Y: "accuracy (%)", Marks: true, Of: []Line{
		{"A", []float64{32, 64, 128}, []float64{50, 60, 40}}, {"B", []float64{32, 128}, []float64{55, 35}}, {"", []float64{64}, []float64{45}}}}
	if p, err = LineChart(few); err != nil {
		t.Fatal(err)
	}
	golden(t, "lines_marked", Strip, p)
}

// As many lines as there are pairs of a colour and a dash can be told apart.
func TestLinesDiffer(t *testing.T) {
	seen := map[[2]int]int{}
	for i := range len(series) * len(dashes) {
		colour, dash := look(i)
		if other, found := seen[[2]int{colour, dash}]; found {
			t.Errorf("lines %d and %d look alike", other, i)
		}
		seen[[2]int{colour, dash}] = i
	}
}

func TestLineChartRefuses(t *testing.T) {
	for want, edit := range map[string]func(*Lines){
		"has no line":                            func(l *Lines) { l.Of = nil },
		`"slow" has 30 places, but 29 values`:    func(l *Lines) { l.Of[0].Y = l.Of[0].Y[1:] },
		`"slow" cannot be drawn at place 3`:      func(l *Lines) { l.Of[0].Y[3] = math.NaN() },
		`the line "" has 0 places, but 0 values`: func(l *Lines) { l.Of[1] = Line{} },
	} {
		l := decays()
		edit(&l)
		if _, err := LineChart(l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
