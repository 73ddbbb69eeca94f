package report

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"mambamixer/internal/browsertest"
)

var screenshots = flag.String("screenshots", "", "folder in which the browser test leaves pictures of the page, to be looked at")

// browser opens a report in Chromium and collects what went wrong: errors of the console, and requests to anywhere.
type browser struct {
	*browsertest.Browser
	t       *testing.T
	address string
	lock    sync.Mutex
	bad     []string
}

func open(t *testing.T, r *Report) *browser {
	t.Helper()
	b := &browser{t: t}
	b.Browser = browsertest.Open(t, 2*time.Minute, 1500, 1200, chromedp.WithListener(b.listen))
	files, err := r.Write(t.TempDir(), "report")
	if err != nil {
		t.Fatal(err)
	}
	b.address = "file://" + filepath.ToSlash(files[0])
	b.Do(browsertest.Call(log.Enable, cdp.Empty{}), browsertest.Call(network.Enable, network.EnableParams{}), chromedp.Navigate(b.address))
	return b
}

// listen notes errors of the page, whatever it writes to the console, and requests for anything but the page.
func (b *browser) listen(event any) {
	b.lock.Lock()
	defer b.lock.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.bad = append(b.bad, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		b.bad = append(b.bad, "log: "+e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; url != b.address && !strings.HasPrefix(url, "data:") {
			b.bad = append(b.bad, "request: "+url)
		}
	}
}

// eval gives what a JavaScript expression is.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	return browsertest.Eval[T](b.Browser, expression)
}

// picture keeps a screenshot of the whole page, if they are wanted.
func (b *browser) picture(name string) {
	b.t.Helper()
	if *screenshots == "" {
		return
	}
	b.keep(name+".png", browsertest.Get(b.Browser, chromedp.FullScreenshot(100)))
}

func (b *browser) keep(name string, content []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(*screenshots, name), content, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func TestPageInABrowser(t *testing.T) {
	b := open(t, New(large()))
	b.picture("desktop")

	const names = `Array.from(document.querySelectorAll("#table5-models tbody tr"), r => r.cells[0].textContent)`
	const numbers = `Array.from(document.querySelectorAll("#table5-models tbody tr"), r => r.cells[1].dataset.key).filter(k => k).map(Number)`
	before := eval[[]string](b, names)
	const heading = chromedp.CSS("#table5-models thead th:nth-child(2) button")
	click := chromedp.Click(heading)
	ariaSort := `document.querySelector("#table5-models thead th:nth-child(2)").getAttribute("aria-sort")`
	b.Do(click)
	if up := eval[[]float64](b, numbers); !slices.IsSorted(up) || len(up) < 2 || slices.Equal(eval[[]string](b, names), before) {
		t.Errorf("sorted by the second column: %v", up)
	}
	if got := eval[string](b, ariaSort); got != "ascending" {
		t.Errorf("aria-sort is %q", got)
	}
	// The keyboard does the same: Enter on the heading that has the focus.
	b.Do(chromedp.SendKeys(heading, "\r"))
	down := eval[[]float64](b, numbers)
	if slices.Reverse(down); !slices.IsSorted(down) {
		t.Errorf("not sorted downwards by the keyboard: %v", down)
	}
	b.Do(click)
	if got := eval[[]string](b, names); !slices.Equal(got, before) {
		t.Errorf("the third click gives %v, want the order of the table", got)
	}

	b.Do(chromedp.SendKeys(chromedp.CSS("#table5-models input"), "etth1 96"))
	if shown := eval[[]string](b, `Array.from(document.querySelectorAll("#table5-models tbody tr")).filter(r => r.offsetHeight > 0).map(r => r.cells[0].textContent)`); !slices.Equal(shown, []string{"ETTh1 96"}) {
		t.Errorf("the filter shows %v", shown)
	}
	if told := eval[string](b, `document.querySelector("#table5-models output").textContent`); told != "1 of 20 rows" {
		t.Errorf("the filter tells %q", told)
	}
	eval[bool](b, `(f => (f.value = "", f.dispatchEvent(new Event("input"))))(document.querySelector("#table5-models input"))`)

	light := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
	b.Do(browsertest.Call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}))
	if dark := eval[string](b, `getComputedStyle(document.body).backgroundColor`); dark == light {
		t.Errorf("the page is %s in the dark too", dark)
	}
	b.picture("dark")
	b.Do(browsertest.Call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}))

	b.Do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	if width := eval[int](b, `document.documentElement.scrollWidth`); width > 390 {
		t.Errorf("on a phone 390 pixels wide the page is %d wide", width)
	}
	if inner := eval[bool](b, `(s => s.scrollWidth > s.clientWidth)(document.querySelector("#table5-models .scroll"))`); !inner {
		t.Error("on a phone the wide table does not scroll in its own box")
	}
	if left := eval[float64](b, `document.querySelector("#table5-models .scroll").scrollLeft = 300, document.querySelector("#table5-models tbody th").getBoundingClientRect().left`); left < 0 {
		t.Errorf("the first column scrolls out of sight, to %v", left)
	}
	b.picture("phone")

	if *screenshots != "" {
		b.keep("print.pdf", browsertest.Get(b.Browser, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize())))
	}
	b.lock.Lock()
	defer b.lock.Unlock()
	if len(b.bad) > 0 {
		t.Errorf("the page did what it should not:\n%s", strings.Join(b.bad, "\n"))
	}
}
