package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mambamixer/experiments/train"
	"mambamixer/internal/browsertest"
)

var (
	environment = flag.String("lab", "", "folder of the Python environment that has JupyterLab and the kernel; without it the test is skipped")
	screenshots = flag.String("screenshots", "", "folder in which the test leaves pictures of the page, to be looked at")
)

// limit is for all of the test.
const limit = 8 * time.Minute

// TestQuickstart runs the first notebook as a reader does: all cells; the stop button while the curve of the training
// grows; that cell again and those below it.
func TestQuickstart(t *testing.T) {
	if *environment == "" {
		t.Skip("`make e2e` runs this test, with JupyterLab")
	}
	l := start(t, *environment)
	p := l.openNotebook(t, "00-quickstart.ipynb")
	p.picture("1-opened")
	p.execute("notebook:clear-all-cell-outputs")
	p.execute("notebook:run-all-cells")

	training := func(cells []cell) *cell {
		i := slices.IndexFunc(cells, func(c cell) bool { return strings.Contains(c.Source, "nb.Train(") })
		if i < 0 {
			t.Fatal("the notebook has no cell that trains")
		}
		return &cells[i]
	}
	first := training(p.until("a training curve", 3*time.Minute, func(cells []cell) bool {
		p.refuseErrors(cells)
		c := training(cells)
		return len(c.Figures) == 1 && c.Drawn
	}))
	p.until("a change of the training curve", time.Minute, func(cells []cell) bool {
		p.refuseErrors(cells)
		c := training(cells)
		return len(c.Figures) == 1 && c.Drawn && c.Figures[0] != first.Figures[0]
	})
	p.scroll(first.Index)
	p.picture("2-training")

	p.Do(chromedp.Click(chromedp.CSS(`[data-command="notebook:interrupt-kernel"]`)))
	stopped := training(p.until("the end of the interrupted cell", time.Minute, func(cells []cell) bool { return !training(cells).Running }))
	p.picture("3-interrupted")
	if !strings.Contains(stopped.Text, "interrupted") || len(stopped.Figures) != 1 {
		t.Errorf("the interrupted cell shows %d figures, and %q", len(stopped.Figures), stopped.Text)
	}
	before, log := l.log(t)
	if last := log[len(log)-1]; last.Step < 1 {
		t.Errorf("the run stopped at step %d", last.Step)
	}

	browsertest.Eval[int](p.Browser, fmt.Sprintf(`%s.content.activeCellIndex = %d`, notebook, first.Index))
	p.execute("notebook:run-all-below")
	p.until("the training going on", time.Minute, func(cells []cell) bool { return training(cells).Running })
	done := p.until("the end of all cells", 5*time.Minute, func(cells []cell) bool {
		if !training(cells).Running { // while it waits to run again, it shows the interrupt
			p.refuseErrors(cells)
		}
		return !slices.ContainsFunc(cells, func(c cell) bool { return c.Running || c.Count == 0 || !c.Drawn })
	})
	figures := 0
	for _, c := range done {
		figures += len(c.Figures)
	}
	if figures < 3 {
		t.Errorf("the notebook shows %d figures", figures)
	}
	// The log goes on where it was: a run that began again would have written it anew.
	after, log := l.log(t)
	if !bytes.HasPrefix(after, before) || len(after) == len(before) {
		t.Errorf("the run did not go on from where it stopped; its log before\n%sand after\n%s", before, after)
	}
	if !slices.IsSortedFunc(log, func(a, b train.Entry) int { return a.Step - b.Step }) {
		t.Errorf("the log is out of order:\n%s", after)
	}
	for _, c := range done {
		p.scroll(c.Index)
		p.picture(fmt.Sprintf("4-cell-%02d", c.Index))
	}
}

// scroll brings a cell into view.
func (p *page) scroll(index int) {
	p.t.Helper()
	browsertest.Eval[bool](p.Browser, fmt.Sprintf(`(%s.content.widgets[%d].node.scrollIntoView(), true)`, notebook, index))
}

// log reads the log of the run of TSM2.
func (l *lab) log(t *testing.T) (text []byte, entries []train.Entry) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(l.runs, "tsm2", "*", "*", "*", "seed-0"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("there are %d runs of TSM2 in %s: %v", len(folders), l.runs, err)
	}
	if entries, err = train.ReadLog(folders[0]); err != nil || len(entries) == 0 {
		t.Fatalf("the log of %s has %d entries: %v", folders[0], len(entries), err)
	}
	if text, err = os.ReadFile(filepath.Join(folders[0], train.LogFile)); err != nil {
		t.Fatal(err)
	}
	return text, entries
}
