package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
)

//go:embed page.html page.css page.js
var pageFiles embed.FS

// webPage is the page, with its style and its script inside.
var webPage = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"style": func() (template.CSS, error) {
		text, err := pageFiles.ReadFile("page.css")
		return template.CSS(text), err
	},
	"script":   func() (template.JS, error) { text, err := pageFiles.ReadFile("page.js"); return template.JS(text), err },
	"sentence": sentence,
	"key":      sortKey,
}).ParseFS(pageFiles, "page.html"))

// HTML writes a report as one page that needs nothing else: no network, no other file.
func (r *Report) HTML(w io.Writer) error {
	if err := webPage.Execute(w, r); err != nil {
		return fmt.Errorf("the page can't be made: %w", err)
	}
	return nil
}

// sortKey is the number by which a cell is sorted, "" for words and for what is not there.
func sortKey(c Cell) string {
	if math.IsNaN(c.Sort) {
		return ""
	}
	return strconv.FormatFloat(c.Sort, 'g', -1, 64)
}
