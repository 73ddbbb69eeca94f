package plots

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mambamixer/mixer/structure"
)

// stackHeight is that of a stack drawn as one box.
const stackHeight = 40

// plotPattern draws a stack as one box, with a small one for each mixer, in their order: T for tokens, C for channels.
func (s *sheet) plotPattern(p pen, stack structure.Part, edge, low vg.Length) {
	const widest, high, pad = 20, 14, 8
	left := edge + s.middle() - boxWidth/2
	p.box(color.White, quiet, left, low, left+boxWidth, low+stackHeight)
	var mixers []structure.Part
	note := "plain residuals"
	for _, part := range stack.Parts {
		if len(part.Input) > 0 {
			note = "weighted averages"
		}
		if part.Kind == structure.Token || part.Kind == structure.Channel {
			mixers = append(mixers, part)
		}
	}
	top := low + stackHeight - 10
	p.text(vg.Point{X: left + pad, Y: top}, nameSize, ink, draw.XLeft, stack.Name)
	p.text(vg.Point{X: left + boxWidth - pad, Y: top}, noteSize, ink, draw.XRight, note)
	step := min(widest, (boxWidth-2*pad)/vg.Length(len(mixers)))
	x := left + (boxWidth-step*vg.Length(len(mixers)))/2
	for _, m := range mixers {
		gap := min(1.5, step/8)
		p.box(fills[m.Kind], quiet, x+gap, low+5, x+step-gap, low+5+high)
		if step > 8 {
			p.text(vg.Point{X: x + step/2, Y: low + 5 + high/2}, noteSize, ink, draw.XCenter, letterOf(m.Kind))
		}
		x += step
	}
}

// letterOf stands for a kind of mixer.
func letterOf(kind structure.Kind) string { return strings.ToUpper(string(kind[:1])) }
