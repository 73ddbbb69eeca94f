package main

import (
	"mambamixer/experiments"
	"mambamixer/experiments/paper"
	"mambamixer/experiments/report"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// adeClasses is the number of ADE20K's classes.
const adeClasses = 150

// variants are the sizes of ViM2 that the paper has, as the code builds them for ImageNet.
func variants() []report.Variant {
	const side, colours, classes = 224, 3, 1000
	var list []report.Variant
	for _, v := range vim2.Variants() {
		name, found := experiments.PaperName(v.Name)
		if !found {
			continue
		}
		size := v.Config.Size(side, side, colours, classes)
		variant := report.Variant{Name: name, Parameters: size.Parameters, FLOPs: size.FLOPs}
		classifier := 0 // parameters of the head for classes of pictures, which comes last
		for _, part := range v.Config.Parts(side, side, colours, classes) {
			classifier = part.Parameters
			variant.Parts = append(variant.Parts, report.VariantPart{Name: part.Name, Parameters: part.Parameters})
		}
		for i, s := range v.Config.StageSizes(side, side) {
			variant.Stages = append(variant.Stages, report.VariantStage{Parameters: s.Parameters, Stage: paper.Stage{Model: name, Stage: i + 1, Side: s.Rows,
				TokenMixers: s.Tokens, TokenWidth: s.Stage.Width, ChannelMixers: s.Channels, ChannelWidth: s.ChannelWidth}})
		}
		head, normed := vision.OnUPerNet(v.Config), 0
		var widths []int
		for _, s := range v.Config.Stages {
			widths, normed = append(widths, s.Width), normed+2*s.Width
		}
		variant.DenseHead = head.HeadParameters(widths, adeClasses)
		variant.Segmenting = size.Parameters - classifier + normed + variant.DenseHead
		list = append(list, variant)
	}
	return list
}
