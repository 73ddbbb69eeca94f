package report

import (
	"fmt"
	"strings"

	"mambamixer/experiments/paper"
)

// Variant is a size of ViM2 as the code builds it for pictures of 224 pixels and 1000 classes.
type Variant struct {
	Name       string // as in the paper: "ViM2-T"
	Parameters int
	FLOPs      int64
	Parts      []VariantPart
	Stages     []VariantStage

	Segmenting Dense // with UPerNet in the place of its head, for ADE20K
	Detecting  Dense // with Mask R-CNN, for COCO
}

// Dense are the parameters with another head, and of these the head's.
type Dense struct{ Parameters, Head int }

// VariantPart is one of stem, token mixers, channel mixers, averaging, merging and head.
type VariantPart struct {
	Name       string
	Parameters int
}

// VariantStage is a stage, with its merging.
type VariantStage struct {
	paper.Stage // its Model and Stage are those of the paper
	Parameters  int
}

func (v Variant) millions() float64 { return float64(v.Parameters) / 1e6 }

// deviation is how far its parameters are from the published ones, in per cent of these; NaN if none are published.
func (v Variant) deviation() float64 {
	published, found := publishedSize(v.Name)
	if !found {
		return nan
	}
	return 100 * (v.millions()/published - 1)
}

// table8 lays out the sizes of ViM2 stage by stage, and where its parameters are.
func table8(s *Section, a *analysis) {
	stages := &Table{ID: "table8-stages", Caption: "Stages of ViM2 on a picture of 224 pixels, of this code and of the paper", Head: "model: stage",
		Columns: []Column{{Name: "maps", Text: true}, {Name: "token mixers", Text: true}, {Name: "channel mixers", Text: true}, {Name: "parameters (M)"},
			{Name: "paper: maps", Text: true, Quoted: true}, {Name: "paper: token mixers", Text: true, Quoted: true}, {Name: "paper: channel mixers", Text: true, Quoted: true}},
		Notes: []string{"Number of mixers x their width, C of token mixers and d of channel mixers. Paper: " + paper.StagesSource +
			", where the stem's output is printed as 112 x 112, which its stride of 4 doesn't give."}}
	differ := map[string][]string{}
	for _, v := range a.Variants {
		for _, ours := range v.Stages {
			theirs, found := publishedStage(v.Name, ours.Stage.Stage)
			row := Row{fmt.Sprintf("%s: stage %d", v.Name, ours.Stage.Stage), append(stageCells(ours.Stage), number(float64(ours.Parameters)/1e6, "%.2f"))}
			if found {
				row.Cells = append(row.Cells, quoted(stageCells(theirs)...)...)
				if theirs != ours.Stage {
					differ[v.Name] = append(differ[v.Name], fmt.Sprint(ours.Stage.Stage))
				}
			} else {
				row.Cells = append(row.Cells, quoted(words(absent), words(absent), words(absent))...)
			}
			stages.Rows = append(stages.Rows, row)
		}
	}
	s.Tables = add(s.Tables, stages, a.parts())
	for _, v := range a.Variants {
		if text := v.finding(differ[v.Name]); text != "" {
			s.Findings = append(s.Findings, text)
		}
	}
}

func stageCells(s paper.Stage) []Cell {
	return []Cell{words(fmt.Sprintf("%d x %d", s.Side, s.Side)), words(fmt.Sprintf("%d x %d", s.TokenMixers, s.TokenWidth)), words(fmt.Sprintf("%d x %d", s.ChannelMixers, s.ChannelWidth))}
}

func publishedStage(model string, stage int) (paper.Stage, bool) {
	for _, p := range paper.Stages() {
		if p.Model == model && p.Stage == stage {
			return p, true
		}
	}
	return paper.Stage{}, false
}

// parts says where the parameters are.
func (a *analysis) parts() *Table {
	t := &Table{ID: "table8-parts", Caption: "Where the parameters of ViM2 are, in millions, with 1000 classes", Head: "model",
		Notes: []string{"Paper: " + paper.ClassificationSource + "."}}
	for _, v := range a.Variants {
		row := Row{Name: v.Name}
		for i, part := range v.Parts {
			if len(t.Rows) == 0 {
				t.Columns = append(t.Columns, Column{Name: v.Parts[i].Name})
			}
			row.Cells = append(row.Cells, number(float64(part.Parameters)/1e6, "%.2f"))
		}
		published, _ := publishedSize(v.Name)
		row.Cells = append(row.Cells, number(v.millions(), "%.1f"))
		row.Cells = append(row.Cells, quoted(number(published, "%.0f"))...)
		row.Cells = append(row.Cells, number(v.deviation(), "%+.1f %%"))
		t.Rows = append(t.Rows, row)
	}
	t.Columns = append(t.Columns, Column{Name: "all"}, Column{Name: "paper", Quoted: true}, Column{Name: "deviation"})
	return t
}

// finding says how a variant's parameters stand to the paper's, and how much of those is spent without its channel mixers, of
// which the paper leaves most open.
func (v Variant) finding(differing []string) string {
	published, found := publishedSize(v.Name)
	if !found {
		return ""
	}
	others := 0
	for _, part := range v.Parts {
		if part.Name != "channel mixers" {
			others += part.Parameters
		}
	}
	text := fmt.Sprintf("%s has %.1f million parameters, %+.1f %% off the printed %.0f million. All but the channel mixers, whose layout the paper leaves open, come to %.1f million.",
		v.Name, v.millions(), v.deviation(), published, float64(others)/1e6)
	if len(differing) > 0 {
		text += fmt.Sprintf(" Differing from the printed ones: stage %s.", strings.Join(differing, ", "))
	}
	return text
}
