package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mambamixer/mixer/structure"
)

// Drawing is a model to be drawn from its own description, such as tsm2.Config.Structure gives.
type Drawing struct {
	Title  string
	Model  structure.Part // a Stack, or a Series that may hold some
	Detail Detail
}

// Detail is how much of a model is drawn.
type Detail string

const (
	Mixers  Detail = ""        // each mixer is a box, with its weights beside it
	Stacks  Detail = "stacks"  // each stack is a box, with a letter for each of its mixers
	Insides Detail = "insides" // each mixer is drawn with what it is made of
)

// Diagram draws a model from top to bottom. A stack of mixers is a grid: each earlier output runs down a line of its own,
// and each weighted average is a row with a mark on every line that it takes, one kind of mark for each of the four sets of
// weights. Save it with d.Size(), not as PDF, which gonum writes without Greek letters.
func Diagram(d Drawing) (*plot.Plot, error) {
	s, err := d.sheet()
	if err != nil {
		return nil, err
	}
	p, header := newPlot(d.Title, "", "")
	*header = *d.header()
	p.HideAxes()
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	p.Add(s)
	header.reserve(p)
	return p, nil
}

// Size is the size of the diagram, which grows with the model. It is as wide as [Wide], or wider if
// the insides of mixers need it.
func (d Drawing) Size() Size {
	s, err := d.sheet()
	if err != nil {
		return Wide
	}
	const margins = 22
	return Size{Width: Wide.Width + s.room - pageRoom, Height: d.header().height() + s.height() + margins}
}

// header names the marks of the weights that the model has, or the letters of mixers.
func (d Drawing) header() *header {
	h := &header{title: d.Title, room: pageRoom}
	if d.Detail == Stacks {
		for _, kind := range []structure.Kind{structure.Token, structure.Channel} {
			h.addArea(letterOf(kind)+"  "+string(kind)+" mixer", fills[kind])
		}
		return h
	}
	for _, weight := range weights {
		if d.uses(weight.name) {
			h.addGlyph(weight.letter+"  "+weight.says, weightStyle(weight.name))
		}
	}
	return h
}

// uses says whether the model has weights of that name.
func (d Drawing) uses(weight string) bool {
	for part := range d.Model.All() {
		for _, term := range part.Input {
			if term.Weight == weight {
				return true
			}
		}
	}
	return false
}

// sheet is the whole drawing below the header: rows, from top to bottom.
type sheet struct {
	detail Detail
	lanes  int // lines of earlier outputs beside the rows
	rows   []row
	room   vg.Length // width: that of a page, or more if what a mixer is made of needs it
}

// row is one part with its place among the parts.
type row struct {
	part   structure.Part
	mixers []row  // of a stack: its mixers, then what closes it
	flow   *flow  // what a mixer is made of, if that is drawn
	shape  string // what it hands on, "" if that is what came in
	height vg.Length
}

// sheet lays the model out.
func (d Drawing) sheet() (*sheet, error) {
	parts := d.Model.Parts
	if d.Model.Kind == structure.Stack {
		parts = []structure.Part{d.Model}
	}
	s := &sheet{detail: d.Detail, room: pageRoom}
	for _, part := range parts {
		if part.Kind == structure.Stack && d.Detail != Stacks {
			s.lanes = max(s.lanes, lanesOf(part))
		}
	}
	before := ""
	for _, part := range parts {
		r := row{part: part, shape: part.Output.String(), height: boxHeight}
		if part.Kind == structure.Stack {
			if len(part.Parts) == 0 {
				continue
			}
			if d.Detail == Stacks {
				r.height = stackHeight
			} else if err := s.stack(&r); err != nil {
				return nil, fmt.Errorf("the diagram %q: %w", d.Title, err)
			}
		}
		if r.shape == before {
			r.shape = ""
		} else {
			before = r.shape
		}
		s.rows = append(s.rows, r)
	}
	if len(s.rows) == 0 {
		return nil, fmt.Errorf("the model of the diagram %q has no parts: there is nothing to draw", d.Title)
	}
	return s, nil
}

// lanesOf is the number of lines beside a stack: one for its input and one for each mixer, or a single one where each
// mixer takes what the one before gave.
func lanesOf(stack structure.Part) int {
	n := 1
	for i, part := range stack.Parts {
		if len(part.Input) > 0 && part.Kind != structure.Average {
			n = max(n, i+2)
		}
	}
	return n
}

// stack lays the mixers of a stack out.
func (s *sheet) stack(r *row) error {
	r.height = stackTop
	for i, part := range r.part.Parts {
		if part.Input == nil {
			part.Input = []structure.Term{{Source: i}}
		}
		for _, term := range part.Input {
			if term.Source < 0 || term.Source > i {
				return fmt.Errorf("the %s adds up output %d, but there are outputs 0 to %d before it", part.Name, term.Source, i)
			}
		}
		m := row{part: part, height: boxHeight}
		if s.detail == Insides && part.Kind != structure.Average {
			around := s.left() + 2*flowPad + overhang
			m.flow = layFlow(part.Parts, pageRoom-around)
			s.room = max(s.room, around+m.flow.wide)
			m.height = m.flow.high + flowHead + flowFoot
		}
		r.mixers = append(r.mixers, m)
		r.height += m.height + runGap
	}
	if last := r.part.Parts[len(r.part.Parts)-1]; last.Kind != structure.Average {
		n := len(r.part.Parts)
		r.mixers = append(r.mixers, row{part: structure.Part{Input: []structure.Term{{Source: n}}}, height: boxHeight / 2})
		r.height += boxHeight / 2
	} else {
		r.height -= runGap
	}
	return nil
}

func (s *sheet) height() (total vg.Length) {
	for _, r := range s.rows {
		total += r.height
	}
	total += rowGap * vg.Length(len(s.rows)-1)
	if s.bare() {
		total += 2 * rowGap
	}
	return total
}

// bare says whether the drawing is a stack alone, whose input and output then are drawn as arrows.
func (s *sheet) bare() bool { return len(s.rows) == 1 && s.rows[0].mixers != nil }

// Plot implements plot.Plotter.
func (s *sheet) Plot(c draw.Canvas, _ *plot.Plot) {
	pen := pen{c}
	y := c.Max.Y
	middle := c.Min.X + s.middle()
	if s.bare() {
		pen.text(vg.Point{X: middle + 5, Y: y - rowGap/2}, noteSize, ink, draw.XLeft, "input "+s.rows[0].shape)
		pen.line(vg.Point{X: middle, Y: y}, vg.Point{X: middle, Y: y - rowGap})
		y -= rowGap
	}
	for i, r := range s.rows {
		if i > 0 {
			end := vg.Point{X: middle, Y: y - rowGap}
			if r.mixers == nil {
				pen.arrow(vg.Point{X: middle, Y: y}, end)
			} else {
				pen.line(vg.Point{X: middle, Y: y}, end)
			}
			y -= rowGap
		}
		switch {
		case r.mixers != nil:
			s.plotStack(pen, r, c.Min.X, y)
		case r.part.Kind == structure.Stack:
			s.plotPattern(pen, r.part, c.Min.X, y-r.height)
			s.plotNotes(pen, r.part, r.shape, c.Min.X, y-r.height/2)
		default:
			s.plotBox(pen, r.part, c.Min.X, y-r.height, r.height)
			s.plotNotes(pen, r.part, r.shape, c.Min.X, y-r.height/2)
		}
		y -= r.height
	}
	if s.bare() {
		pen.arrow(vg.Point{X: middle, Y: y}, vg.Point{X: middle, Y: y - rowGap})
		pen.text(vg.Point{X: middle + 5, Y: y - rowGap/2}, noteSize, ink, draw.XLeft, "output "+s.rows[0].shape)
	}
}
