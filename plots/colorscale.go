package plots

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// colorScale gives colours to numbers. They grow evenly lighter with the number, by the extended black-body map; where the
// numbers have both signs they go both ways from light grey at zero, to blue and to red. Both maps are those of Moreland
// ("Diverging Color Maps for Scientific Visualization", 2009; "Why We Use Bad Color Maps and What You Can Do About It",
// 2016), and people with any common form of colour blindness can read them.
type colorScale struct {
	low, high float64
	colors    []color.Color
}

func newColorScale(low, high float64) colorScale {
	const n = 128
	if low < 0 && high > 0 {
		m := moreland.SmoothBlueRed()
		limit := max(-low, high)
		return colorScale{-limit, limit, m.Palette(n).Colors()}
	}
	if low == high {
		margin := max(math.Abs(low)/2, 0.5)
		low, high = low-margin, high+margin
	}
	m := moreland.ExtendedBlackBody()
	return colorScale{low, high, m.Palette(n).Colors()[n/16 : n-n/16]} // without black and white
}

// at is the colour of a number, of one beyond the scale that of the end.
func (s colorScale) at(v float64) color.Color {
	v = min(max(v, s.low), s.high)
	return s.colors[int(math.Round((v-s.low)/(s.high-s.low)*float64(len(s.colors)-1)))]
}

// format writes a number with as many decimals as the scale asks for.
func (s colorScale) format(v float64) string {
	magnitude := int(math.Floor(math.Log10(max(math.Abs(s.low), math.Abs(s.high)))))
	if magnitude < -3 || magnitude > 5 {
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	return strconv.FormatFloat(v+0, 'f', max(0, 2-magnitude), 64)
}

// addScale shows a colour scale with its ends.
func (h *header) addScale(s colorScale, unit string) {
	const length = 160
	style := sans(textSize, false)
	low, high := s.format(s.low), s.format(s.high)
	start := style.Width(low) + nameGap
	if unit != "" {
		high += " " + unit
	}
	h.keys = append(h.keys, key{high, start + length, func(c draw.Canvas, at vg.Point) {
		style.YAlign = draw.YCenter
		c.FillText(style, vg.Point{X: at.X, Y: at.Y + 1.2}, low)
		step := vg.Length(length) / vg.Length(len(s.colors))
		for i, color := range s.colors {
			left := at.X + start + step*vg.Length(i)
			fillBox(c, color, left, at.Y-5, min(left+step+overlap, at.X+start+length), at.Y+5)
		}
	}})
}
