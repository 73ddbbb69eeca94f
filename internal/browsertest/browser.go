// Package browsertest has tests look at pages in Chromium.
//
//	b := browsertest.Open(t, 2*time.Minute)
//	b.Do(chromedp.Navigate(address))
//	title := browsertest.Eval[string](b, "document.title")
//
// Where there is neither Chromium nor Chrome, [Open] skips the test.
package browsertest

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Browser is Chromium without a window, showing one page. It ends with the test.
type Browser struct {
	context.Context
	t *testing.T
}

// Open starts a browser with a page of a size, for at most a time.
func Open(t *testing.T, limit time.Duration, width, height int, options ...chromedp.ContextOption) *Browser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium and no Chrome on this machine, so nothing is tested in a browser; Debian and Ubuntu have it as the package chromium")
	}
	ctx, stop := context.WithTimeout(t.Context(), limit)
	t.Cleanup(stop)
	options = append(options, chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.WindowSize(width, height)))
	ctx, stop = chromedp.NewContext(ctx, options...)
	t.Cleanup(stop)
	return &Browser{ctx, t}
}

// Do runs actions, or fails the test.
func (b *Browser) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Get runs an action and gives its value, or fails the test.
func Get[T any](b *Browser, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return value
}

// Eval gives what a JavaScript expression is.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	return Get(b, chromedp.Evaluate[T](expression))
}

// Call makes an action of a command of the browser's protocol.
func Call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}
