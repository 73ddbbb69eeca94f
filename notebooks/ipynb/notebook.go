package ipynb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
)

// Notebook is the content of a file.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any
}

// The types of cells.
const (
	Code     = "code"
	Markdown = "markdown"
	Raw      = "raw"
)

// Cell is a piece of code with its outputs, or of text.
type Cell struct {
	ID          string
	Type        string
	Source      string
	Metadata    map[string]any
	Attachments map[string]any // pictures in text
	Count       int            // of a code cell: the number of its run, 0 if it didn't run
	Outputs     []Output       // of a code cell
}

// Output is one thing that a cell printed or showed.
type Output struct {
	Type     string         // "stream", "display_data", "execute_result" or "error"
	Name     string         // of a stream: "stdout" or "stderr"
	Text     string         // of a stream
	Data     map[string]any // what is shown, by MIME type; text and base64 are strings
	Metadata map[string]any // of Data
	Error    Error          // of an error
}

// Error is how a cell failed.
type Error struct {
	Name      string
	Value     string
	Traceback []string
}

// New returns a notebook for the kernel of this project.
func New(cells ...*Cell) *Notebook {
	n := &Notebook{Cells: cells, Metadata: map[string]any{
		"kernelspec":    map[string]any{"name": "mambamixer", "display_name": "MambaMixer (Go)", "language": "go"},
		"language_info": map[string]any{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"},
	}}
	n.tidy()
	return n
}

// Tagged tells whether the cell has the tag.
func (c *Cell) Tagged(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	return slices.Contains(tags, any(tag))
}

// Clear takes the outputs away.
func (n *Notebook) Clear() {
	for _, cell := range n.Cells {
		cell.Outputs, cell.Count = nil, 0
	}
}

// transient are the keys of metadata that tell of a run, of a screen, or of the kernel that ran last.
var transient = map[string][]string{
	"notebook": {"widgets", "papermill"},
	"language": {"codemirror_mode", "nbconvert_exporter", "pygments_lexer", "version"},
	"cell":     {"execution", "ExecuteTime", "papermill", "collapsed", "scrolled", "vscode"},
}

// remove takes the transient keys of one kind away.
func remove(metadata map[string]any, kind string) {
	for _, key := range transient[kind] {
		delete(metadata, key)
	}
}

var validID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// tidy removes what tells of a run or of a screen, and gives an id to every cell that has none of its own.
func (n *Notebook) tidy() {
	remove(n.Metadata, "notebook")
	if language, ok := n.Metadata["language_info"].(map[string]any); ok {
		remove(language, "language")
	}
	taken := map[string]bool{}
	var without []*Cell
	for _, cell := range n.Cells {
		remove(cell.Metadata, "cell")
		if !validID.MatchString(cell.ID) || taken[cell.ID] {
			without = append(without, cell)
			continue
		}
		taken[cell.ID] = true
	}
	for _, cell := range without {
		hash := sha256.Sum256([]byte(cell.Type + "\n" + cell.Source))
		base := hex.EncodeToString(hash[:4])
		cell.ID = base
		for copies := 2; taken[cell.ID]; copies++ {
			cell.ID = fmt.Sprintf("%s-%d", base, copies)
		}
		taken[cell.ID] = true
	}
}
