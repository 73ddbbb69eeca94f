package experiments

import (
	"fmt"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/train"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// How scenes are prepared and classifiers of pixels trained, per data set.
//
// ADE20K's is the recipe of the paper's Table 3: crops of 512 pixels, batches of 16, AdamW at 6e-5, and, where the paper says
// nothing, of VMamba's configuration: 160,000 steps, decay 0.01, a warm-up of 1500 steps. The paper's backbones come from ImageNet,
// so `mambamixer run vim2-tiny-upernet/ade20k -tier paper -begin <folder of a run of vim2-tiny/imagenet>` is its experiment; without
// -begin they begin at random. The recipe of the small sets was fixed before any model was trained, and is the same for all.

// sceneSet is a data set's task, training and head.
type sceneSet struct {
	set       string
	task      augment.SceneRecipe
	train     func() *train.Config
	head      int  // width
	published bool // models of the paper's sizes
}

func sceneSets() []sceneSet {
	figures := augment.Scene(48, 64)
	figures.ColorJitter = 0 // colours are random
	return []sceneSet{
		{"camvid", augment.Scene(120, 160), pictureTraining(367, 8, 40), 32, false},
		{scenes.Generated, figures, pictureTraining(400, 8, 20), 32, false},
		{"ade20k", augment.Scene(512, 512), adeTraining, 512, true},
		{"ade20k-sample", augment.Scene(512, 512), func() *train.Config { c := adeTraining(); c.BatchSize = 2; return c }, 512, true},
	}
}

func adeTraining() *train.Config {
	c := classifierTraining()
	c.LearningRate, c.FinalLRFactor, c.WeightDecay, c.ClipNorm = 6e-5, 0, 0.01, 0
	c.Steps, c.WarmupSteps, c.BatchSize, c.EvalBatch = 160_000/paperFactor, 1500, 16, 8
	c.EvalEvery, c.CheckpointEvery, c.LogEvery = 0, 1000, 50 // there is no validation split
	return &c
}

// pyramids lists the backbones that give maps of several sizes: in the sizes of the paper, or in Nano's with patches of 4 pixels.
func pyramids(published bool) (list []recognizer) {
	if published {
		for _, v := range vim2.Variants() {
			if kind, found := PaperName(v.Name); found && v.Name != "mlp" {
				list = append(list, recognizer{"vim2-" + v.Name, kind, "as in the paper", v.Config})
			}
		}
		return append(list, recognizer{"vmamba-tiny", "VMamba-T", "ViM2 with token mixers only", vision.VMambaT()},
			recognizer{"resnet50", "ResNet-50", "convolutions and residual sums", vision.ResNet50()})
	}
	for _, m := range smallSizes("nano") {
		switch backbone := fitted(m.model, 64).(type) {
		case vim2.Config:
			list = append(list, recognizer{m.name, m.kind, m.note, backbone})
		case vision.ResNet:
			backbone.LargeStem = true // so that its first map is of the same size
			list = append(list, recognizer{m.name, m.kind, m.note, backbone})
		}
	}
	return list
}

// onUPerNet is the set's head on a backbone.
func (s sceneSet) onUPerNet(backbone vision.Model) vision.Segmenter {
	switch b := backbone.(type) {
	case vim2.Config:
		return narrow(vision.OnUPerNet(b), s.head)
	case vision.ResNet:
		return narrow(vision.OnUPerNet(b), s.head)
	}
	panic(fmt.Sprintf("%T gives no maps of several sizes", backbone))
}

// narrow makes the head as wide as a small backbone deserves.
func narrow[B vision.Pyramid](m vision.UPerNet[B], width int) vision.UPerNet[B] {
	m.Width, m.Auxiliary = width, width/2
	return m
}

// segmenting gives the specs of models on a set of scenes, none on another set.
func segmenting(set string) []Spec {
	var specs []Spec
	for _, s := range sceneSets() {
		if s.set != set {
			continue
		}
		for _, m := range pyramids(s.published) {
			specs = append(specs, Spec{Name: fmt.Sprintf("%s-upernet/%s", m.name, s.set), Kind: m.kind, Note: m.note + ", with UPerNet", Model: s.onUPerNet(m.model),
				Data: Data{Set: s.set, Scenes: &Scenes{SceneRecipe: s.task}}, Train: s.train()})
		}
	}
	return specs
}
