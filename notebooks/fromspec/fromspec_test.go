package fromspec

import (
	"strings"
	"testing"

	"mambamixer/experiments"
	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/run"
)

// TestNew looks at the text; the test of the command runs such a notebook.
func TestNew(t *testing.T) {
	spec, err := experiments.Find("tsm2/ETTh1/96")
	if err != nil {
		t.Fatal(err)
	}
	n := New(spec, experiments.CPU)
	text := ""
	for _, cell := range n.Cells {
		text += cell.Source + "\n"
		if calls := strings.Contains(cell.Source, "spec(), nb.At(tier)"); cell.Type == ipynb.Code && cell.Tagged(run.Live) != calls {
			t.Errorf("a cell with times in its output must be live, and no other:\n%s", cell.Source)
		}
	}
	for _, piece := range []string{"# tsm2/ETTh1/96\n", "MSE of 0.375 (MambaMixer (arXiv 2403.19888v1), Table 5)", `Find("tsm2/ETTh1/96")`, `Tier("cpu")`} {
		if !strings.Contains(text, piece) {
			t.Errorf("the notebook lacks %q:\n%s", piece, text)
		}
	}
	if strings.Contains(text, "SPEC") || strings.Contains(text, "TIER") {
		t.Error("a blank is not filled in")
	}
}

// A classifier's notebook speaks of pictures.
func TestNewOnPictures(t *testing.T) {
	spec, err := experiments.Find("vim2-nano/shapes")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, cell := range New(spec, experiments.Smoke).Cells {
		text += cell.Source + "\n"
	}
	for _, piece := range []string{"pictures of the data set shapes in 32 x 32 pixels", "TrainingFigure", `"train.steps", "1000"`} {
		if !strings.Contains(text, piece) {
			t.Errorf("the notebook lacks %q:\n%s", piece, text)
		}
	}
	if strings.Contains(text, "history") || strings.Contains(text, "orecast") {
		t.Errorf("it speaks of forecasts:\n%s", text)
	}
}

func TestNewOnScenes(t *testing.T) {
	for name, says := range map[string]string{
		"vim2-nano-upernet/figures": "pictures of the data set figures in 64 x 48 pixels and gives each pixel a class",
		"vim2-nano-maskrcnn/things": "pictures of the data set things in 64 x 48 pixels and finds their objects",
	} {
		spec, err := experiments.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		if text := New(spec, experiments.Smoke).Cells[0].Source; !strings.Contains(text, says) {
			t.Errorf("it begins with %q", text)
		}
	}
}

func TestFileNames(t *testing.T) {
	taken := map[string]string{}
	for _, spec := range experiments.All() {
		name := FileName(spec)
		if other := taken[name]; other != "" || strings.ContainsAny(name, "/ ") {
			t.Errorf("%s and %s have the file name %s", spec.Name, other, name)
		}
		taken[name] = spec.Name
	}
}
