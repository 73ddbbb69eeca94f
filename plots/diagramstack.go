package plots

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mambamixer/mixer/structure"
)

// Sizes of a diagram in points.
const (
	boxHeight = 22
	boxWidth  = 210
	rowGap    = 11 // between boxes
	runGap    = 21 // between mixers: an output runs back there
	runDepth  = 14 // of its line, below the mixer
	stackTop  = 22 // above the first mixer
	flowHead  = 15 // for the name of a mixer, above what it is made of
	flowFoot  = 7
	flowPad   = 13  // left and right of what a mixer is made of
	overhang  = 8   // room for an output to the right of its mixer
	laneGap   = 15  // between the lines of outputs, where there is room
	shapeRoom = 72  // for the shape of an output, beside its box
	twoMarks  = 2.5 // more room on each side of the first line, which is marked twice
	sumRoom   = 26  // for the sign of a sum, between the lines and the mixer
)

// laneWidth is the distance of two lanes.
func (s *sheet) laneWidth() vg.Length {
	if s.detail == Insides {
		return laneGap
	}
	return min(laneGap, (pageRoom-boxWidth-sumRoom-2*twoMarks-150)/vg.Length(max(1, s.lanes)))
}

// left is where boxes of mixers begin, from the left edge of the page.
func (s *sheet) left() vg.Length {
	if s.lanes == 0 {
		return 0
	}
	return vg.Length(s.lanes)*s.laneWidth() + 2*twoMarks + sumRoom
}

// middle is that of the boxes.
func (s *sheet) middle() vg.Length { return s.left() + boxWidth/2 }

// lane is the place of the line of an output; a stack without weighted averages has one line.
func (s *sheet) lane(r row, source int) vg.Length {
	if lanesOf(r.part) == 1 {
		source = 0
	}
	x := (vg.Length(source)+0.5)*s.laneWidth() + twoMarks
	if source > 0 {
		x += twoMarks
	}
	return x
}

// plotBox draws a part as one box, its name and its note side by side.
func (s *sheet) plotBox(p pen, part structure.Part, edge, low, height vg.Length) {
	fill, known := fills[part.Kind]
	if !known {
		fill = color.White
	}
	middle := edge + s.middle()
	p.box(fill, quiet, middle-boxWidth/2, low, middle+boxWidth/2, low+height)
	name, note := nameOf(part), part.Note
	width := nameWidth(name)
	if note != "" {
		width += 6 + noteWidth(note)
	}
	at := vg.Point{X: middle - width/2, Y: low + height/2}
	p.text(at, nameSize, ink, draw.XLeft, name)
	at.X += nameWidth(name) + 6
	p.text(at, noteSize, ink, draw.XLeft, note)
}

// nameOf is a part's name, with its layer.
func nameOf(part structure.Part) string {
	if part.Group == "" {
		return part.Name
	}
	return part.Group + ": " + part.Name
}

// plotNotes writes beside a box what it hands on, and how much it learns.
func (s *sheet) plotNotes(p pen, part structure.Part, shape string, edge, y vg.Length) {
	x := edge + s.middle() + boxWidth/2 + 10
	p.text(vg.Point{X: x, Y: y}, noteSize, ink, draw.XLeft, shape)
	p.text(vg.Point{X: x + shapeRoom, Y: y}, noteSize, quiet, draw.XLeft, learns(part))
}

// learns says how many weights a part has.
func learns(part structure.Part) string {
	n := part.Weights()
	if n == 0 {
		return ""
	}
	return thousands(n) + " weights"
}

func thousands(n int) string {
	digits := fmt.Sprint(n)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}

// plotStack draws the mixers of a stack, the lines of their outputs, and which of them each average takes.
func (s *sheet) plotStack(p pen, r row, edge, top vg.Length) {
	sumX, middle := edge+s.left()-sumRoom/2, edge+s.middle()
	rows := s.places(r, top)
	begin := make([]vg.Length, len(r.mixers)+1) // where the line of each output begins
	begin[0] = top - stackTop/2
	p.line(vg.Point{X: middle, Y: top}, vg.Point{X: middle, Y: begin[0]}, vg.Point{X: edge + s.lane(r, 0), Y: begin[0]})
	p.text(vg.Point{X: edge + s.lane(r, 0) + 4, Y: begin[0] + 6}, noteSize, ink, draw.XLeft, "x")
	for i, at := range rows {
		begin[i+1] = at.low - runDepth
	}
	s.plotLanes(p, r, rows, edge, begin)
	for i, m := range r.mixers {
		sum := vg.Point{X: sumX, Y: rows[i].axis}
		s.plotSum(p, r, m, edge, sum)
		switch m.part.Kind {
		case structure.Token, structure.Channel:
			s.plotMixer(p, m, edge, rows[i])
			s.plotReturn(p, r, m, i+1, edge, sum, rows[i], begin[i+1])
		default:
			p.line(sum, vg.Point{X: middle, Y: sum.Y}, vg.Point{X: middle, Y: top - r.height})
			if m.part.Kind == structure.Average {
				p.text(vg.Point{X: sum.X + joinRadius + 6, Y: sum.Y + 6}, noteSize, ink, draw.XLeft, m.part.Name)
			}
		}
		if m.part.Kind != "" && len(m.part.Input) > 1 {
			p.join(sum, "Σ")
		}
	}
}

// place is where a row of a stack lies: its foot, its head, and the height at which values come in.
type place struct{ low, high, axis vg.Length }

func (s *sheet) places(r row, top vg.Length) (list []place) {
	y := top - stackTop
	for _, m := range r.mixers {
		at := place{low: y - m.height, high: y, axis: y - m.height/2}
		if m.flow != nil {
			at.axis = at.low + flowFoot + m.flow.axis
		}
		list = append(list, at)
		y -= m.height + runGap
	}
	return list
}

// plotLanes draws the line of each output, from where it begins down to the last average that takes it.
func (s *sheet) plotLanes(p pen, r row, rows []place, edge vg.Length, begin []vg.Length) {
	for source, top := range begin {
		low := top
		for i, m := range r.mixers {
			if slices.ContainsFunc(m.part.Input, func(t structure.Term) bool { return t.Source == source }) {
				low = rows[i].axis
			}
		}
		x := edge + s.lane(r, source)
		p.line(vg.Point{X: x, Y: top}, vg.Point{X: x, Y: low})
	}
}

// plotSum draws the row of an average: a line over those of the outputs that it takes, each marked with its weight.
func (s *sheet) plotSum(p pen, r, m row, edge vg.Length, end vg.Point) {
	names := make([][]string, len(r.mixers)+1) // of the weights, by output
	first := len(names)
	for _, term := range m.part.Input {
		names[term.Source] = append(names[term.Source], term.Weight)
		first = min(first, term.Source)
	}
	p.line(vg.Point{X: edge + s.lane(r, first), Y: end.Y}, end)
	for source, weights := range names {
		for i, name := range weights {
			shift := 5.6 * (vg.Length(i) - vg.Length(len(weights)-1)/2)
			p.DrawGlyphNoClip(weightStyle(name), vg.Point{X: edge + s.lane(r, source) + shift, Y: end.Y})
		}
	}
}

// plotMixer draws a mixer with the arrow that leads into it.
func (s *sheet) plotMixer(p pen, m row, edge vg.Length, at place) {
	left := edge + s.left()
	p.arrow(vg.Point{X: left - sumRoom/2, Y: at.axis}, vg.Point{X: left, Y: at.axis})
	if m.flow == nil {
		s.plotBox(p, m.part, edge, at.low, at.high-at.low)
		s.plotNotes(p, m.part, "", edge, at.axis)
		return
	}
	right := edge + s.room
	p.box(fills[m.part.Kind], quiet, left, at.low, right-overhang, at.high)
	p.text(vg.Point{X: left + 7, Y: at.high - 8}, nameSize, ink, draw.XLeft, nameOf(m.part))
	note := m.part.Note
	if weights := learns(m.part); weights != "" {
		note += ", " + weights
	}
	p.text(vg.Point{X: right - overhang - 7, Y: at.high - 8}, noteSize, ink, draw.XRight, note)
	start := vg.Point{X: left + flowPad + (s.room-s.left()-2*flowPad-overhang-m.flow.wide)/2, Y: at.axis}
	p.arrow(vg.Point{X: left, Y: at.axis}, start)
	m.flow.plot(p, start, at.low+flowFoot, at.low+flowFoot+m.flow.high)
	p.line(vg.Point{X: start.X + m.flow.wide, Y: at.axis}, vg.Point{X: right - overhang, Y: at.axis})
}

// plotReturn draws the way of a mixer's output back to the left, where its line begins.
func (s *sheet) plotReturn(p pen, r, m row, number int, edge vg.Length, sum vg.Point, at place, y vg.Length) {
	lane := vg.Point{X: edge + s.lane(r, number), Y: y}
	if m.flow == nil {
		middle := edge + s.middle()
		p.line(vg.Point{X: middle, Y: at.low}, vg.Point{X: middle, Y: y}, lane)
	} else {
		right := edge + s.room
		p.line(vg.Point{X: right - overhang, Y: at.axis}, vg.Point{X: right, Y: at.axis}, vg.Point{X: right, Y: y}, lane)
	}
	if m.part.Residual {
		p.arrow(sum, vg.Point{X: sum.X, Y: y + joinRadius})
		p.join(vg.Point{X: sum.X, Y: y}, "+")
	}
	words := strings.Replace(m.part.Name, " mixer", "", 1)
	if layer := strings.Fields(m.part.Group); len(layer) > 0 {
		words += " " + layer[len(layer)-1]
	}
	p.text(vg.Point{X: edge + s.left() + 4, Y: y + 6}, noteSize, ink, draw.XLeft, "y "+words)
}
