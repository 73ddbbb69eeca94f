package plots

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mambamixer/mixer/structure"
)

// Sizes of what a mixer is made of, in points.
const (
	leafHeight = 24
	wayGap     = 7  // between ways that lie one above the other
	forkRoom   = 7  // before ways that begin at one point
	tallHeight = 58 // of an upright box at least
)

// flow is a part laid out from left to right. Values go in and come out at the height axis above its foot.
type flow struct {
	part       structure.Part
	inner      []*flow
	wide, high vg.Length
	axis       vg.Length
	tall       bool // an upright box, as high as the whole flow
	gap        vg.Length
}

// layFlow lays parts out one after the other, with arrows as long as the room allows.
func layFlow(parts []structure.Part, room vg.Length) *flow {
	const shortest, longest = 6.5, 16
	gap := vg.Length(longest)
	for {
		f := layOut(structure.Part{Kind: structure.Series, Parts: parts}, gap, true)
		if f.wide <= room || gap <= shortest {
			return f
		}
		gap -= 0.5
	}
}

// layOut lays a part out. What is outer stands in the row of the mixer itself, where boxes are upright.
func layOut(part structure.Part, gap vg.Length, outer bool) *flow {
	f := &flow{part: part, gap: gap}
	for _, p := range part.Parts {
		f.inner = append(f.inner, layOut(p, gap, outer && part.Kind == structure.Series))
	}
	switch part.Kind {
	case structure.Series:
		var above vg.Length
		for i, inner := range f.inner {
			if inner.tall = outer && inner.inner == nil; inner.tall {
				inner.upright()
			}
			f.axis, above = max(f.axis, inner.axis), max(above, inner.high-inner.axis)
			f.wide += inner.wide
			if i > 0 {
				f.wide += gap
			}
		}
		f.high = f.axis + above
	case structure.Sum, structure.Product:
		for i, inner := range f.inner {
			f.wide, f.high = max(f.wide, inner.wide), f.high+inner.high
			if i > 0 {
				f.high += wayGap
			}
		}
		for _, inner := range f.inner {
			if part.Kind == structure.Sum && inner.inner == nil {
				inner.wide = f.wide // boxes one above the other
			}
		}
		f.axis = f.high - (f.inner[0].high - f.inner[0].axis)
		if part.Kind == structure.Sum {
			last := f.inner[len(f.inner)-1]
			f.axis = (f.axis + last.axis) / 2
			f.wide += forkRoom
		}
		f.wide += 2*gap + 2*joinRadius - gap/2
	default:
		f.wide = max(nameWidth(part.Name), noteWidth(part.Note)) + 8
		f.high, f.axis = leafHeight, leafHeight/2
	}
	return f
}

// upright makes a box narrow and high.
func (f *flow) upright() {
	f.wide = 16
	if f.part.Note != "" {
		f.wide = 25
	}
	f.high = max(tallHeight, max(nameWidth(f.part.Name), noteWidth(f.part.Note))+8)
	f.axis = f.high / 2
}

func nameWidth(s string) vg.Length { return sans(nameSize, false).Width(s) }
func noteWidth(s string) vg.Length { return sans(noteSize, false).Width(s) }

// plot draws the flow with its left edge and its axis at a point, upright boxes from low to high.
func (f *flow) plot(p pen, at vg.Point, low, high vg.Length) {
	right := at.X + f.wide
	switch f.part.Kind {
	case structure.Series:
		x := at.X
		for i, inner := range f.inner {
			if i > 0 {
				switch end := (vg.Point{X: x + f.gap, Y: at.Y}); inner.part.Kind {
				case structure.Product: // each of its ways begins at the box before
				case structure.Sum:
					p.line(vg.Point{X: x, Y: at.Y}, end)
				default:
					p.arrow(vg.Point{X: x, Y: at.Y}, end)
				}
				x += f.gap
			}
			inner.plot(p, vg.Point{X: x, Y: at.Y}, low, high)
			x += inner.wide
		}
	case structure.Sum, structure.Product:
		f.plotWays(p, at, right, low, high)
	default:
		if !f.tall {
			low, high = at.Y-leafHeight/2, at.Y+leafHeight/2
		}
		f.plotLeaf(p, at.X, low, right, high)
	}
}

// plotWays draws the ways one above the other, what leads into them and where they meet.
func (f *flow) plotWays(p pen, at vg.Point, right, low, high vg.Length) {
	meet := vg.Point{X: right - joinRadius, Y: at.Y}
	fork, start := at.X, at.X
	room := f.wide - 2*joinRadius - f.gap
	if f.part.Kind == structure.Sum {
		start, room = start+forkRoom, room-forkRoom
		p.line(at, vg.Point{X: fork + forkRoom/2, Y: at.Y})
		fork += forkRoom / 2
	} else {
		fork -= f.gap
	}
	y := at.Y - f.axis + f.high
	for _, inner := range f.inner {
		axis := y - inner.high + inner.axis
		left := start + (room-inner.wide)/2 + f.gap/2
		from := vg.Point{X: fork, Y: axis}
		if f.part.Kind == structure.Sum {
			p.line(vg.Point{X: fork, Y: at.Y}, from)
		}
		if inner.part.Kind == structure.Sum {
			p.line(from, vg.Point{X: left, Y: axis})
		} else {
			p.arrow(from, vg.Point{X: left, Y: axis})
		}
		inner.plot(p, vg.Point{X: left, Y: axis}, low, high)
		end := vg.Point{X: left + inner.wide, Y: axis}
		switch {
		case max(axis-meet.Y, meet.Y-axis) < 0.5: // straight on
			p.arrow(end, vg.Point{X: meet.X - joinRadius, Y: meet.Y})
		case axis > meet.Y:
			p.arrow(end, vg.Point{X: meet.X, Y: axis}, vg.Point{X: meet.X, Y: meet.Y + joinRadius})
		default:
			p.arrow(end, vg.Point{X: meet.X, Y: axis}, vg.Point{X: meet.X, Y: meet.Y - joinRadius})
		}
		y -= inner.high + wayGap
	}
	p.join(meet, map[structure.Kind]string{structure.Sum: "+", structure.Product: "×"}[f.part.Kind])
}

// plotLeaf draws one operation.
func (f *flow) plotLeaf(p pen, left, low, right, high vg.Length) {
	fill, known := fills[f.part.Kind]
	if !known {
		fill = color.White
	}
	p.box(fill, quiet, left, low, right, high)
	x, y := (left+right)/2, (low+high)/2
	switch {
	case f.tall && f.part.Note != "":
		p.upright(vg.Point{X: x - 5, Y: y}, nameSize, ink, f.part.Name)
		p.upright(vg.Point{X: x + 6, Y: y}, noteSize, ink, f.part.Note)
	case f.tall:
		p.upright(vg.Point{X: x, Y: y}, nameSize, ink, f.part.Name)
	case f.part.Note != "":
		p.text(vg.Point{X: x, Y: y + 5}, nameSize, ink, draw.XCenter, f.part.Name)
		p.text(vg.Point{X: x, Y: y - 5.5}, noteSize, ink, draw.XCenter, f.part.Note)
	default:
		p.text(vg.Point{X: x, Y: y}, nameSize, ink, draw.XCenter, f.part.Name)
	}
}
