package main

import (
	"mambamixer/experiments"
	"mambamixer/experiments/paper"
	"mambamixer/experiments/report"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// The numbers of ADE20K's and COCO's classes.
const adeClasses, cocoClasses = 150, 80

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
		backbone := size.Parameters - classifier
		var widths []int
		for _, s := range v.Config.Stages {
			widths, backbone = append(widths, s.Width), backbone+2*s.Width // the norm of the stage's map
		}
		segmenter := vision.OnUPerNet(v.Config).HeadParameters(widths, adeClasses)
		detector := maskrcnn.On(v.Config).HeadParameters(widths, cocoClasses)
		variant.Segmenting, variant.Detecting = report.Dense{Parameters: backbone + segmenter, Head: segmenter}, report.Dense{Parameters: backbone + detector, Head: detector}
		list = append(list, variant)
	}
	return list
}
