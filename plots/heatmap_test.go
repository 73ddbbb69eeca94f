package plots

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"testing"
)

// heat has values by a function of row and column.
func heat(rows, columns []string, value func(i, j int) float64) Heat {
	h := Heat{Rows: rows, Columns: columns}
	for i := range rows {
		h.Values = append(h.Values, nil)
		for j := range columns {
			h.Values[i] = append(h.Values[i], value(i, j))
		}
	}
	return h
}

func numbered(format string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf(format, i))
	}
	return names
}

func TestHeatMap(t *testing.T) {
	weights := heat(numbered("layer %d", 4), append([]string{"x"}, numbered("output %d", 3)...), func(i, j int) float64 {
		if j > i {
			return none
		}
		return 1 - 0.3*float64(i-j)
	})
	weights.Title, weights.XAxis, weights.YAxis, weights.Unit = "TSM2 on ETTh1: weights alpha of token outputs", "what is added", "into", "weight"

	signed := heat(numbered("block %d", 3), []string{"HUFL", "HULL", "a variate with a long name", "OT"}, func(i, j int) float64 { return float64(i) - 0.7*float64(j) })
	signed.Title, signed.Unit = "Change of the weights in training", "change"

	steps := heat([]string{"HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"}, numbered("%d", 64), func(i, j int) float64 {
		return 0.03 + 0.02*math.Sin(float64(j)/3+float64(i))
	})
	steps.Title, steps.XAxis, steps.YAxis, steps.Unit = "Step size of the token mixer", "patch", "variate", "mean step size"

	many := heat(numbered("sensor %03d", 320), numbered("place number %d", 60), func(i, j int) float64 { return float64(i * j) })
	one := heat([]string{"only"}, []string{"one"}, func(int, int) float64 { return 0.5 })
	for name, h := range map[string]Heat{"heat": weights, "heat_signed": signed, "heat_steps": steps, "heat_many": many, "heat_one": one} {
		p, err := HeatMap(h)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, h.Size(), p)
	}
}

// TestColorScale: colours grow lighter with the value, or away from white at zero.
func TestColorScale(t *testing.T) {
	light := func(c color.Color) int { return int(color.GrayModel.Convert(c).(color.Gray).Y) }
	rising := newColorScale(2, 4)
	for v := 2.1; v <= 4; v += 0.1 {
		if light(rising.at(v)) < light(rising.at(v-0.1)) {
			t.Errorf("%.1f is darker than %.1f", v, v-0.1)
		}
	}
	signed := newColorScale(-1, 3)
	if got := light(signed.at(0)); got < 215 || light(signed.at(-3)) > 120 || light(signed.at(3)) > 120 {
		t.Errorf("0 has the lightness %d, -3 %d, 3 %d", got, light(signed.at(-3)), light(signed.at(3)))
	}
	if signed.at(300) != signed.at(3) || signed.at(-300) != signed.at(-3) {
		t.Error("what lies beyond the scale has another colour than its end")
	}
	for _, test := range []struct {
		high, v float64
		want    string
	}{{1, 0.5, "0.50"}, {0.02, 0.0123, "0.0123"}, {320, 12.3, "12"}, {1e-7, 3e-8, "3.0e-08"}} {
		if got := newColorScale(0, test.high).format(test.v); got != test.want {
			t.Errorf("%s on a scale to %s is %q, want %q", strconv.FormatFloat(test.v, 'g', -1, 64), strconv.FormatFloat(test.high, 'g', -1, 64), got, test.want)
		}
	}
}

// A scale that ends tells apart what lies inside, whatever lies beyond.
func TestHeatMapEnds(t *testing.T) {
	h := Heat{Values: [][]float64{{38, 85, -587}}}
	tell := func() float64 {
		return float64(color.GrayModel.Convert(h.scale().at(38)).(color.Gray).Y) - float64(color.GrayModel.Convert(h.scale().at(85)).(color.Gray).Y)
	}
	wide := tell()
	h.Ends = [2]float64{-100, 100}
	if s := h.scale(); s.low != -100 || s.high != 100 || tell() < 3*wide {
		t.Errorf("the scale goes from %v to %v, and tells 38 from 85 by %v shades of grey, %v without its ends", s.low, s.high, tell(), wide)
	}
}

func TestHeatMapRefuses(t *testing.T) {
	for want, edit := range map[string]func(*Heat){
		"has 2 rows, 3 columns and 1 rows of values": func(h *Heat) { h.Values = h.Values[1:] },
		"has 0 rows":                        func(h *Heat) { h.Rows, h.Values = nil, nil },
		`"r1" of the heat map "" has 2 val`: func(h *Heat) { h.Values[1] = h.Values[1][1:] },
		`row "r0" and column "c2" of`:       func(h *Heat) { h.Values[0][2] = math.Inf(-1) },
		"they must be finite and rise":      func(h *Heat) { h.Limits = [2]float64{1, none} },
		"ends at 1 and 1":                   func(h *Heat) { h.Ends = [2]float64{1, 1} },
		"has no value in any cell":          func(h *Heat) { h.Values = [][]float64{{none, none, none}, {none, none, none}} },
	} {
		h := heat(numbered("r%d", 2), numbered("c%d", 3), func(i, j int) float64 { return float64(i + j) })
		edit(&h)
		if _, err := HeatMap(h); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
