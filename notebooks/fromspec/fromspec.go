package fromspec

import (
	"fmt"
	"strings"

	"mambamixer/experiments"
	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/run"
)

// FileName is a notebook's name for the spec, in the working folder.
func FileName(spec experiments.Spec) string {
	return strings.ReplaceAll(spec.Name, "/", "_") + ".ipynb"
}

// New returns a notebook, without outputs, that runs the spec at a tier.
func New(spec experiments.Spec, tier experiments.Tier) *ipynb.Notebook {
	look := "A test window, which the model has not seen: its forecast beside the truth."
	blanks := []string{"SPEC", spec.Name, "TIER", string(tier)}
	if spec.Data.Size() > 0 {
		look = "The course of the training."
		blanks = append(blanks, `"data.history", "256"`, `"train.steps", "1000"`, "ForecastFigure", "TrainingFigure")
	}
	fill := strings.NewReplacer(blanks...).Replace
	shown := ipynb.Cell{Type: ipynb.Code, Source: fill(runCell), Metadata: map[string]any{"tags": []any{run.Live}}}
	figures := ipynb.Cell{Type: ipynb.Code, Source: fill(figureCell), Metadata: map[string]any{"tags": []any{run.Live}}}
	return ipynb.New(
		text(introduction(spec)),
		code(fill(specCell)),
		text("## Train and test\n\nThe run is a process of its own and lives in `runs/`, where `mambamixer run` finds it too, so that a closed browser does not "+
			"hurt it. Interrupting the cell saves and stops; the same cell goes on from there, and once the run is done it is read, not repeated. The tier is `"+string(tier)+"`: `smoke` takes seconds and only shows that "+
			"everything works, the numbers of this project are of the tier `cpu`."),
		&shown,
		text("## Look at it\n\n"+look),
		&figures,
		text(fill("## Next steps\n\n- Change a field in `spec`, such as `s.Set(\"data.history\", \"256\")`, and run the cells below it again; "+
			"`mambamixer list -v SPEC` shows all fields.\n- Run it from several seeds and beside its rivals: `mambamixer sweep SPEC -seeds 3`.\n"+
			"- Hold it against another: `mambamixer compare spec=SPEC spec=...`.")),
	)
}

func text(source string) *ipynb.Cell { return &ipynb.Cell{Type: ipynb.Markdown, Source: source} }
func code(source string) *ipynb.Cell { return &ipynb.Cell{Type: ipynb.Code, Source: source} }

func introduction(spec experiments.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", spec.Name)
	if note := strings.TrimSuffix(spec.Note, "."); note != "" {
		fmt.Fprintf(&b, "%s%s.\n\n", strings.ToUpper(note[:1]), note[1:])
	}
	if scenes := spec.Data.Scenes; scenes != nil {
		fmt.Fprintf(&b, "The model %s sees pictures of the data set %s in %d x %d pixels and gives each pixel a class.", spec.Kind, spec.Data.Set, scenes.Width, scenes.Height)
		return b.String()
	}
	if objects := spec.Data.Objects; objects != nil {
		fmt.Fprintf(&b, "The model %s sees pictures of the data set %s in %d x %d pixels and finds their objects, each with its class, box and mask.", spec.Kind, spec.Data.Set, objects.Width, objects.Height)
		return b.String()
	}
	if size := spec.Data.Size(); size > 0 {
		fmt.Fprintf(&b, "The model %s sees pictures of the data set %s in %d x %d pixels and tells their classes apart.", spec.Kind, spec.Data.Set, size, size)
		return b.String()
	}
	fmt.Fprintf(&b, "The model %s sees %d time steps of the data set %s and predicts the next %d.", spec.Kind, spec.Data.History, spec.Data.Set, spec.Data.Horizon)
	if published, found := spec.Published(); found {
		fmt.Fprintf(&b, " Published is a test MSE of %.3f (%s).", published.MSE, published.Source)
	}
	return b.String()
}

const specCell = `import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/notebooks/nb"
)

const tier = experiments.Tier("TIER")

// spec is what this notebook runs: change it here.
func spec() experiments.Spec {
	s := nb.Must(experiments.Find("SPEC"))
	// s = nb.Must(s.Set("data.history", "256"))
	return s
}

%%
fmt.Println(string(nb.Must(json.MarshalIndent(nb.Must(spec().At(tier)), "", "  "))))`

const runCell = `%%
run := nb.Train(spec(), nb.At(tier))
nb.Table(result.Tables(run.Record)[0])`

const figureCell = `%%
nb.Picture(filepath.Join(nb.Finished(spec(), nb.At(tier)).Dir, experiments.ForecastFigure))`
