package nb

import (
	"bytes"
	"fmt"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot"

	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// Show shows plots as one picture, one below the other with their data aligned, each of the usual size of a figure.
func Show(panels ...*plot.Plot) { ShowSize(plots.Wide, panels...) }

// ShowSize is Show with a size for each panel.
func ShowSize(panel plots.Size, panels ...*plot.Plot) {
	var png bytes.Buffer
	Check(plots.PNG(&png, panel, panels...))
	show(png.Bytes())
}

// Picture shows a PNG file, such as a figure of a run's folder.
func Picture(path string) {
	png, err := os.ReadFile(path)
	if err != nil {
		err = result.Explain("read", path, err)
	}
	Check(err)
	show(png)
}

func show(png []byte) {
	if gonbui.IsNotebook {
		gonbui.DisplayPNG(Must(small(png)))
		gonbui.Sync()
	}
}

// Table shows a table.
func Table(t *result.Table) {
	if !gonbui.IsNotebook {
		fmt.Print(t.Text())
		return
	}
	gonbui.DisplayMarkdown(t.Markdown())
	gonbui.Sync()
}
