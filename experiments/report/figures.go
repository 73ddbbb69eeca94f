package report

import "html/template"

// Figure is a drawing with what it shows in words.
type Figure struct {
	ID, Caption string
	SVG         template.HTML
}
