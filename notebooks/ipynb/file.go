package ipynb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"mambamixer/experiments/result"
)

// Read reads a notebook. A damaged file is an error that names the place.
func Read(path string) (*Notebook, error) {
	var file struct {
		Cells []struct {
			ID          string         `json:"id"`
			Type        string         `json:"cell_type"`
			Source      text           `json:"source"`
			Metadata    map[string]any `json:"metadata"`
			Attachments map[string]any `json:"attachments"`
			Count       *int           `json:"execution_count"`
			Outputs     []output       `json:"outputs"`
		} `json:"cells"`
		Metadata map[string]any `json:"metadata"`
		Format   int            `json:"nbformat"`
	}
	if err := result.ReadJSON(path, &file); err != nil {
		return nil, err
	}
	if file.Format != 4 {
		return nil, fmt.Errorf("%s is not a notebook of format 4 (nbformat is %d); open it in JupyterLab and save it", path, file.Format)
	}
	n := &Notebook{Metadata: file.Metadata}
	for i, c := range file.Cells {
		if c.Type != Code && c.Type != Markdown && c.Type != Raw {
			return nil, fmt.Errorf("%s: cell %d has the type %q, which notebooks don't have", path, i+1, c.Type)
		}
		cell := &Cell{ID: c.ID, Type: c.Type, Source: string(c.Source), Metadata: c.Metadata, Attachments: c.Attachments}
		if c.Count != nil {
			cell.Count = *c.Count
		}
		for _, o := range c.Outputs {
			cell.Outputs = append(cell.Outputs, o.Output())
		}
		n.Cells = append(n.Cells, cell)
	}
	n.tidy()
	return n, nil
}

// Write replaces the file at path atomically.
func (n *Notebook) Write(path string) error {
	content, err := n.Bytes()
	if err != nil {
		return fmt.Errorf("%s can't be written as JSON: %w", path, err)
	}
	return result.WriteAtomic(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// Bytes is the content of the notebook's file.
func (n *Notebook) Bytes() ([]byte, error) {
	n.tidy()
	cells := make([]any, len(n.Cells))
	for i, c := range n.Cells {
		cell := map[string]any{"cell_type": c.Type, "id": c.ID, "metadata": object(c.Metadata), "source": lines(c.Source)}
		if c.Attachments != nil {
			cell["attachments"] = c.Attachments
		}
		if c.Type == Code {
			outputs := make([]any, len(c.Outputs))
			for k, o := range c.Outputs {
				outputs[k] = o.json(c.Count)
			}
			cell["outputs"], cell["execution_count"] = outputs, number(c.Count)
		}
		cells[i] = cell
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(map[string]any{"cells": cells, "metadata": object(n.Metadata), "nbformat": 4, "nbformat_minor": 5})
	return b.Bytes(), err
}

// output is the JSON form of an Output.
type output struct {
	Type      string         `json:"output_type"`
	Name      string         `json:"name"`
	Text      text           `json:"text"`
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	EName     string         `json:"ename"`
	EValue    string         `json:"evalue"`
	Traceback []string       `json:"traceback"`
}

// Output joins the lines of text; data that is JSON stays as it is.
func (o output) Output() Output {
	for mime, value := range o.Data {
		if !isJSON(mime) {
			o.Data[mime] = join(value)
		}
	}
	return Output{o.Type, o.Name, string(o.Text), o.Data, o.Metadata, Error{o.EName, o.EValue, o.Traceback}}
}

func (o Output) json(count int) any {
	switch o.Type {
	case "stream":
		return map[string]any{"output_type": o.Type, "name": o.Name, "text": lines(o.Text)}
	case "error":
		traceback := o.Error.Traceback
		if traceback == nil {
			traceback = []string{}
		}
		return map[string]any{"output_type": o.Type, "ename": o.Error.Name, "evalue": o.Error.Value, "traceback": traceback}
	}
	data := maps.Clone(o.Data)
	for mime, value := range data {
		if s, ok := value.(string); ok && (strings.HasPrefix(mime, "text/") || mime == "image/svg+xml" || mime == "application/javascript") {
			data[mime] = lines(s)
		}
	}
	shown := map[string]any{"output_type": o.Type, "data": object(data), "metadata": object(o.Metadata)}
	if o.Type == "execute_result" {
		shown["execution_count"] = number(count)
	}
	return shown
}

func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// text is a string that may be written as a list of lines.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		var list []string
		err := json.Unmarshal(raw, &list)
		*t = text(strings.Join(list, ""))
		return err
	}
	return json.Unmarshal(raw, (*string)(t))
}

// join does for any value what text does.
func join(value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	var b strings.Builder
	for _, line := range list {
		fmt.Fprint(&b, line)
	}
	return b.String()
}

// lines splits text after each line break, as notebooks do.
func lines(text string) []string {
	return slices.AppendSeq([]string{}, strings.Lines(text))
}

func object(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// number is null for a cell that didn't run.
func number(count int) any {
	if count == 0 {
		return nil
	}
	return count
}
