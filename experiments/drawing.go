package experiments

import (
	"fmt"
	"slices"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/ltsf"
	"mambamixer/mixer"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/structure"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
	"mambamixer/plots"
	"mambamixer/ssm"
)

// described is a forecaster that can say what it is made of, as TSM2 can.
type described interface {
	Structure(history, horizon, variates int) (structure.Part, error)
}

// pictured is a classifier of pictures that can, as ViM2 can.
type pictured interface {
	Structure(height, width, channels, classes int) (structure.Part, error)
}

// Drawing is the figure of the spec's model at the sizes that the spec gives it. A set that is not in the catalogue is
// looked for in dataDirs, for the number of its variates or classes.
func (s Spec) Drawing(dataDirs []string) (plots.Drawing, error) {
	switch model := s.Model.(type) {
	case described:
		return s.drawForecaster(model, dataDirs)
	case pictured:
		return s.drawClassifier(model, dataDirs)
	case vision.Segmenter, maskrcnn.Detector:
		return plots.Drawing{}, fmt.Errorf("%s can't be drawn: the head on %s does not say what it is made of; draw a classifier, such as vim2-tiny/imagenet", s.Name, s.Kind)
	}
	return plots.Drawing{}, fmt.Errorf("%s can't be drawn: %s does not say what it is made of, as TSM2 and ViM2 do", s.Name, s.Kind)
}

func (s Spec) drawForecaster(model described, dataDirs []string) (plots.Drawing, error) {
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

func (s Spec) drawClassifier(model pictured, dataDirs []string) (plots.Drawing, error) {
	info, err := imagefolder.Lookup(s.Data.Set)
	if err != nil {
		set, err := imagefolder.Load(s.Data.Set, dataDirs)
		if err != nil {
			return plots.Drawing{}, err
		}
		defer set.Close()
		info = imagefolder.Info{Name: set.Name, Classes: len(set.Classes)}
	}
	return drawClasses(s.Kind, info.Name, model, s.Data.Size(), info.Classes)
}

// drawClasses draws a classifier on square pictures.
func drawClasses(kind, set string, model pictured, side, classes int) (plots.Drawing, error) {
	part, err := model.Structure(side, side, 3, classes)
	return plots.Drawing{Title: fmt.Sprintf("%s on %s: %d × %d pixels to %d classes", kind, set, side, side, classes), Model: part}, err
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
		{"fig2", "ViM2-T, the model for images, at the size of ImageNet", images()},
		{"fig3", "TSM2, the model for time series, at the sizes of ETTh1", series()},
		{"fig6", "The block as TSM2 has it: tokens are scanned from past to future only",
			block("MambaMixer block, tokens scanned one way", func(c *mixer.Config) { c.Token.Bidirectional = false })},
		{"fig7", "A block for images with four scans of the tokens; the paper's has a convolution before each, and as many scans of the channels",
			imageBlock("ViM2 block, four scans", func(c *vim2.Config) { c.Conv = 0 })},
		{"fig8", "The block of ViM2: a depthwise convolution before the scans, as in ViM2-T's first stage",
			imageBlock("ViM2 block, a convolution before four scans", func(*vim2.Config) {})},
	}
}

// images draws ViM2-T on the images of ImageNet.
func images() plots.Drawing {
	d, err := drawClasses("ViM2-T", "ImageNet", vim2.Tiny(), imageSide, 1000)
	if err != nil {
		panic(err) // the variant has no mistake
	}
	d.Detail = plots.Stacks
	return d
}

// imageBlock draws a token and a channel mixer of ViM2-T's first stage, whose token mixers scan along four routes.
func imageBlock(title string, edit func(*vim2.Config)) plots.Drawing {
	c := vim2.Tiny()
	first := c.Stages[0]
	first.Tokens, first.Channels = 1, 1
	c.Stages, c.DropPath = []vim2.Stage{first}, 0
	edit(&c)
	whole, err := c.Structure(imageSide, imageSide, 3, 1000)
	if err != nil {
		panic(err) // the variant has no mistake
	}
	i := slices.IndexFunc(whole.Parts, func(p structure.Part) bool { return p.Kind == structure.Stack })
	return plots.Drawing{Title: title, Model: whole.Parts[i], Detail: plots.Insides}
}

// imageSide is that of ImageNet's images as models see them.
const imageSide = 224

// block draws one layer on B sequences of L tokens and D channels, of no certain sizes. It has the norm of TSM2's mixers,
// which the paper's figure leaves out.
func block(title string, edit func(*mixer.Config)) plots.Drawing {
	both := mixer.Mixer{Kind: mixer.Selective, Bidirectional: true, Expand: 2, SSM: ssm.DefaultConfig()}
	c := mixer.Config{Layers: 1, Token: both, Channel: both, Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D}
	edit(&c)
	x := structure.Shape{{Name: "B"}, {Name: "L"}, {Name: "D"}}
	return plots.Drawing{Title: title, Model: c.Structure(mixer.Sequence, x), Detail: plots.Insides}
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
