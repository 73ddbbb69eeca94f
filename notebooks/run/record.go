package run

import (
	"fmt"
	"regexp"
	"strings"

	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/jupyter"
)

// recorder keeps what a cell shows as a notebook shows it.
type recorder struct {
	keep    int // bytes
	size    int // bytes so far
	items   []*item
	failure *ipynb.Error
	clear   bool // at the next output
}

// item is an output; of a stream, the text is in done and line until the end.
type item struct {
	ipynb.Output
	id   string // by which it can be changed
	done strings.Builder
	line string // the last one, which a carriage return may take back
}

// content is what all messages that the kernel publishes have.
type content struct {
	State     string         `json:"execution_state"`
	Name      string         `json:"name"`
	Text      string         `json:"text"`
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Transient struct {
		ID string `json:"display_id"`
	} `json:"transient"`
	Wait      bool     `json:"wait"`
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// take records a message and tells whether it was the cell's last one.
func (r *recorder) take(message *jupyter.Message) (last bool) {
	var c content
	if message.Into(&c) != nil {
		return false
	}
	switch kind := message.Header.Type; kind {
	case "status":
		return c.State == "idle"
	case "clear_output":
		if r.clear = c.Wait; !c.Wait {
			r.items, r.size = nil, 0
		}
	case "stream":
		if r.room(len(c.Text)) {
			r.print(c.Name, c.Text)
		}
	case "display_data", "execute_result":
		if r.room(dataSize(c.Data)) {
			r.items = append(r.items, &item{Output: ipynb.Output{Type: kind, Data: c.Data, Metadata: c.Metadata}, id: c.Transient.ID})
		}
	case "update_display_data":
		for _, shown := range r.items {
			if shown.id != "" && shown.id == c.Transient.ID {
				r.size -= dataSize(shown.Data)
				shown.Data, shown.Metadata = nil, nil
				if r.room(dataSize(c.Data)) {
					shown.Data, shown.Metadata = c.Data, c.Metadata
				}
			}
		}
	case "error":
		r.fail(c.EName, c.EValue, c.Traceback...)
	}
	return false
}

// fail records an error, for which there is always room.
func (r *recorder) fail(name, value string, traceback ...string) {
	if len(traceback) == 0 {
		traceback = []string{value}
	}
	r.failure = &ipynb.Error{Name: name, Value: value, Traceback: traceback}
	r.items = append(r.items, &item{Output: ipynb.Output{Type: "error", Error: *r.failure}})
}

// room takes bytes of what may be kept. The first time that there are not enough is noted in the output.
func (r *recorder) room(bytes int) bool {
	if r.clear {
		r.items, r.size, r.clear = nil, 0, false
	}
	if r.size > r.keep {
		return false
	}
	if r.size += bytes; r.size > r.keep {
		r.print("stderr", fmt.Sprintf("\n[the rest is left out: of a cell's output, at most %d KiB are kept]\n", r.keep>>10))
		return false
	}
	return true
}

func dataSize(data map[string]any) (bytes int) {
	for _, value := range data {
		if text, ok := value.(string); ok {
			bytes += len(text)
		}
	}
	return bytes
}

// print adds to the text of its stream since something else was shown: in which order a program's two streams arrive is
// a matter of chance.
func (r *recorder) print(name, text string) {
	var to *item
	for i := len(r.items) - 1; i >= 0 && r.items[i].Type == "stream" && to == nil; i-- {
		if r.items[i].Name == name {
			to = r.items[i]
		}
	}
	if to == nil {
		to = &item{Output: ipynb.Output{Type: "stream", Name: name}}
		r.items = append(r.items, to)
	}
	for part := range strings.Lines(to.line + text) {
		part, ended := strings.CutSuffix(part, "\n")
		if back := strings.LastIndexByte(strings.TrimRight(part, "\r"), '\r'); back >= 0 {
			part = part[back+1:]
		}
		to.line = part
		if ended {
			to.done.WriteString(strings.TrimRight(part, "\r") + "\n")
			to.line = ""
		}
	}
}

// finish returns the outputs, in which what differs by chance is replaced.
func (r *recorder) finish() []ipynb.Output {
	outputs := make([]ipynb.Output, len(r.items))
	for i, shown := range r.items {
		o := shown.Output
		if o.Type == "stream" {
			o.Text = settle(shown.done.String() + strings.TrimRight(shown.line, "\r"))
		}
		for mime, value := range o.Data {
			if text, ok := value.(string); ok && strings.HasPrefix(mime, "text/") {
				o.Data[mime] = settle(text)
			}
		}
		o.Error.Value = settle(o.Error.Value)
		for k, line := range o.Error.Traceback {
			o.Error.Traceback[k] = settle(line)
		}
		outputs[i] = o
	}
	return outputs
}

// program matches GoNB's folder for the program of a kernel, whose name is by chance, and the program of that name in it.
var program = regexp.MustCompile(`[^\s"'()]*gonb_[0-9a-f]{8}(/gonb_[0-9a-f]{8})?`)

func settle(text string) string { return program.ReplaceAllString(text, "gonb") }

var colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// plain is text without colours, as one line.
func plain(text string) string {
	return strings.Join(strings.Fields(colour.ReplaceAllString(text, "")), " ")
}

// headline is the line of an output that says why a Go program ended: that of a panic, or of its last words.
func headline(o ipynb.Output) (line string) {
	if o.Type != "stream" || o.Name != "stderr" {
		return ""
	}
	for text := range strings.Lines(o.Text) {
		text = plain(text)
		switch {
		case strings.HasPrefix(text, "panic: "), strings.HasPrefix(text, "fatal error: "):
			return text
		case text != "" && !strings.HasPrefix(text, "exit status "):
			line = text
		}
	}
	return line
}
