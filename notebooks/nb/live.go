package nb

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"gonum.org/v1/plot"

	"mambamixer/plots"
)

// block is a place in the output of a cell whose content changes. Where nobody looks on it shows what it comes to alone.
type block struct {
	id   string
	last time.Time // of the last change that was shown
}

// pause is the least time between two changes of a block: each goes through the kernel to the browser.
const pause = 500 * time.Millisecond

// due says whether to show a change now. The last one, at the end, always is.
func (b *block) due(end bool) bool {
	now := time.Now()
	if !end && (!watched() || now.Sub(b.last) < pause) {
		return false
	}
	b.last = now
	return true
}

// show replaces the content.
func (b *block) show(kind protocol.MIMEType, content any) {
	if !gonbui.IsNotebook {
		return
	}
	if b.id == "" {
		b.id = gonbui.UniqueId()
	}
	gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{kind: content}, DisplayID: b.id})
	gonbui.Sync()
}

// Progress is a bar in the output of a cell that fills as work is done. The zero value is ready.
//
//	var bar nb.Progress
//	for i := range n {
//		bar.Set(i, n, "reading")
//	}
//	bar.End("read")
type Progress struct{ block block }

// Set shows that done of total steps are done, with a word on them. It may be called as often as one likes: the bar
// changes twice a second.
func (p *Progress) Set(done, total int, text string) {
	if p.block.due(false) {
		p.block.show(protocol.MIMETextHTML, fmt.Sprintf(`<progress value="%d" max="%d"></progress> %s`, done, max(1, total), html.EscapeString(text)))
	}
}

// End leaves text in the place of the bar.
func (p *Progress) End(text string) {
	p.block.due(true)
	p.block.show(protocol.MIMETextHTML, html.EscapeString(text))
	if !gonbui.IsNotebook {
		fmt.Fprintln(os.Stderr, text)
	}
}

// LiveCurve is a figure in the output of a cell that is drawn anew as numbers come. The zero value is ready.
//
//	var curve nb.LiveCurve
//	for step := range steps {
//		...
//		curve.Draw(func() (*plot.Plot, error) { return plots.TrainingCurve(t) })
//	}
//	curve.End(func() (*plot.Plot, error) { return plots.TrainingCurve(t) })
type LiveCurve struct{ block block }

// Draw shows the figure that is made of the numbers so far, unless the last change was less than half a second ago.
func (c *LiveCurve) Draw(figure func() (*plot.Plot, error)) {
	if c.block.due(false) {
		c.show(figure)
	}
}

// End shows the figure of all numbers.
func (c *LiveCurve) End(figure func() (*plot.Plot, error)) {
	c.block.due(true)
	c.show(figure)
}

func (c *LiveCurve) show(figure func() (*plot.Plot, error)) {
	if !gonbui.IsNotebook {
		return
	}
	var png bytes.Buffer
	Check(plots.PNG(&png, plots.Wide, Must(figure())))
	c.block.show(protocol.MIMEImagePNG, Must(small(png.Bytes())))
}
