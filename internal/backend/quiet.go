package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"k8s.io/klog/v2"
)

// quietly runs fn and keeps what go-xla logs meanwhile off the terminal. When fn panics, as go-xla does on a plugin
// file that does not load, the logged lines become the error: they name the file and the reason, the panic does not.
func quietly(fn func() error) (err error) {
	var logged lines
	klog.SetSlogLogger(slog.New(&logged))
	defer klog.ClearLogger()
	defer func() {
		switch r := recover(); {
		case r == nil && err == nil:
		case r == nil:
			err = plain(err.Error())
		case len(logged) > 0:
			err = plain(strings.Join(logged, "; "))
		default:
			err = plain(fmt.Sprint(r))
		}
	}()
	return fn()
}

// plain makes an error of a library's message that reads well inside a sentence.
func plain(message string) error {
	return errors.New(strings.TrimRight(strings.ReplaceAll(message, "::", ":"), ". "))
}

// lines is a log handler that keeps every message. It cannot tell a warning from plain information: klog passes
// both on with the same level.
type lines []string

func (l *lines) Enabled(context.Context, slog.Level) bool { return true }
func (l *lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *lines) WithGroup(string) slog.Handler            { return l }
func (l *lines) Handle(_ context.Context, r slog.Record) error {
	*l = append(*l, r.Message)
	return nil
}
