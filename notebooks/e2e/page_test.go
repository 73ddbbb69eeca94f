package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mambamixer/internal/browsertest"
)

// page is a notebook in JupyterLab.
type page struct {
	*browsertest.Browser
	t *testing.T
}

// cell is what JupyterLab knows of a code cell.
type cell struct {
	Index   int
	Source  string
	Count   int      // of its execution, 0 before the end
	Running bool     // is waiting, or at work
	Text    string   // that it printed, and its error
	Errors  int      // outputs that are errors
	Figures []string // the pictures that the page shows; an address differs when the picture does
	Drawn   bool     // the browser has drawn them all
}

// notebook is an expression for the widget of the open notebook.
const notebook = `window.jupyterapp.shell.currentWidget`

// openNotebook opens a notebook, and waits for its kernel.
func (l *lab) openNotebook(t *testing.T, name string) *page {
	t.Helper()
	p := &page{browsertest.Open(t, limit, 1500, 1300), t}
	// JupyterLab has no current notebook while its page has no focus.
	p.Do(browsertest.Call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	p.Do(chromedp.Navigate(l.url + "lab/tree/" + name + "?token=" + l.token))
	// A kernel that has run nothing yet has the status "unknown", so its connection is what counts.
	p.wait("the notebook and its kernel", time.Minute, `(() => {
		if (!window.jupyterapp) return "there is no JupyterLab";
		if (document.querySelector("#jupyterlab-splash")) return "JupyterLab is loading";
		if (!`+notebook+`?.context?.isReady) return "the notebook is loading";
		const connection = `+notebook+`.sessionContext.session?.kernel?.connectionStatus;
		return connection == "connected" ? "" : "the connection of the kernel is " + connection;
	})()`)
	return p
}

// execute starts a command of JupyterLab and does not wait for its end.
func (p *page) execute(command string) {
	p.t.Helper()
	browsertest.Eval[bool](p.Browser, fmt.Sprintf(`(window.jupyterapp.commands.execute(%q), true)`, command))
}

// cells reads the code cells.
func (p *page) cells() []cell {
	p.t.Helper()
	return browsertest.Eval[[]cell](p.Browser, notebook+`.content.widgets.map((w, index) => [w, index]).filter(([w]) => w.model.type == "code").map(([w, index]) => {
		const outputs = w.model.outputs.toJSON(), pictures = Array.from(w.node.querySelectorAll(".jp-OutputArea-output img"));
		const prompt = w.node.querySelector(".jp-InputPrompt")?.textContent ?? "";
		return {
			Index: index, Source: w.model.sharedModel.source, Count: w.model.executionCount ?? 0, Running: prompt.includes("*"),
			Text: outputs.map(o => [o.text ?? "", o.evalue ?? ""].flat().join("")).join(""),
			Errors: outputs.filter(o => o.output_type == "error").length,
			Figures: pictures.map(i => i.src), Drawn: pictures.every(i => i.complete && i.naturalWidth > 0),
		};
	})`)
}

// until reads the cells again and again until they are as wanted.
func (p *page) until(what string, patience time.Duration, as func([]cell) bool) []cell {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		cells := p.cells()
		if as(cells) {
			return cells
		}
		if time.Now().After(deadline) {
			for _, c := range cells {
				p.t.Logf("cell %d, count %d, running %v, %d figures, %d errors: %s", c.Index, c.Count, c.Running, len(c.Figures), c.Errors, c.Text)
			}
			p.fail(what, patience)
		}
	}
}

// refuseErrors ends the test if a cell failed.
func (p *page) refuseErrors(cells []cell) {
	p.t.Helper()
	for _, c := range cells {
		if c.Errors > 0 {
			p.picture("failed")
			p.t.Fatalf("cell %d failed: %s", c.Index, c.Text)
		}
	}
}

// wait waits for something; the expression says why it is not there yet, "" if it is.
func (p *page) wait(what string, patience time.Duration, expression string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		why := browsertest.Eval[string](p.Browser, expression)
		if why == "" {
			return
		}
		if time.Now().After(deadline) {
			p.t.Log(why)
			p.fail(what, patience)
		}
	}
}

func (p *page) fail(what string, patience time.Duration) {
	p.t.Helper()
	p.picture("failed")
	p.t.Fatalf("%v went by without %s; %s shows the page", patience, what, filepath.Join(*screenshots, "failed.png"))
}

// picture keeps a screenshot.
func (p *page) picture(name string) {
	p.t.Helper()
	if *screenshots == "" {
		return
	}
	picture := browsertest.Get(p.Browser, chromedp.CaptureScreenshot())
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
