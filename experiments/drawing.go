package experiments

import (
	"fmt"

	"mambamixer/datasets/ltsf"
	"mambamixer/mixer"
	"mambamixer/mixer/structure"
	"mambamixer/plots"
	"mambamixer/ssm"
)

// described is a model that can say what it is made of, as TSM2 can.
type described interface {
	Structure(history, horizon, variates int) (structure.Part, error)
}

// Drawing is the figure of the spec's model at the sizes that the spec gives it. A set that is not in the catalogue is
// looked for in dataDirs, for the number of its variates.
func (s Spec) Drawing(dataDirs []string) (plots.Drawing, error) {
	model, ok := s.Model.(described)
	if !ok {
		return plots.Drawing{}, fmt.Errorf("%s can't be drawn: %s does not say what it is made of, as TSM2 does", s.Name, s.Kind)
	}
	info, err := ltsf.Lookup(s.Data.Set)
	variates := info.Variates
	if err != nil {
		set, err := LoadSet(s.Data.Set, dataDirs)
		if err != nil {
			return plots.Drawing{}, err
		}
		variates = set.Variates
	}
	part, err := model.Structure(s.Data.History, s.Data.Horizon, variates)
	return plots.Drawing{Title: fmt.Sprintf("%s on %s: %d steps of %d variates to %d", s.Kind, s.Data.Set, s.Data.History, variates, s.Data.Horizon), Model: part}, err
}

// Architecture is a figure of the paper that shows what a model is made of, drawn from the model of this project.
type Architecture struct {
	Figure  string // "fig1"
	Caption string
	Drawing plots.Drawing
}

// Architectures lists them in the order of the paper.
func Architectures() []Architecture {
	return []Architecture{
		{"fig1", "The MambaMixer block: token and channel mixers that scan both ways, and the weighted averages between them",
			block("MambaMixer block", func(*mixer.Config) {})},
		{"fig3", "TSM2, the model for time series, at the sizes of ETTh1", series()},
		{"fig6", "The block as TSM2 has it: tokens are scanned from past to future only",
			block("MambaMixer block, tokens scanned one way", func(c *mixer.Config) { c.Token.Bidirectional = false })},
	}
}

// block draws one layer on B sequences of L tokens and D channels, of no certain sizes. It has the norm of TSM2's mixers,
// which the paper's figure leaves out.
func block(title string, edit func(*mixer.Config)) plots.Drawing {
	both := mixer.Mixer{Kind: mixer.Selective, Bidirectional: true, Expand: 2, SSM: ssm.DefaultConfig()}
	c := mixer.Config{Layers: 1, Token: both, Channel: both, Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D}
	edit(&c)
	x := structure.Shape{{Name: "B"}, {Name: "L"}, {Name: "D"}}
	return plots.Drawing{Title: title, Model: c.Structure(mixer.Sequence, x), Inside: true}
}

// series draws TSM2 as it is set up for ETTh1.
func series() plots.Drawing {
	const set = "ETTh1"
	spec := Spec{Name: "TSM2", Kind: "TSM2", Model: tsm2Model{recipe(set)}, Data: Data{Set: set, History: historyOf(set), Horizon: 96}}
	d, err := spec.Drawing(nil)
	if err != nil {
		panic(err) // the recipe has no mistake
	}
	return d
}
