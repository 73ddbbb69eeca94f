package experiments

import (
	"fmt"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/train"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// How pictures with objects are prepared and detectors trained, per data set.
//
// COCO's is the recipe of the paper's Table 4: AdamW at 1e-4 for 12 epochs, and, where the paper says nothing, of VMamba's configuration:
// batches of 16, decay 0.05, a warm-up of 1000 steps. Its rate falls along a cosine, where mmdetection's falls after the epochs 8 and 11, and
// pictures are fitted into 1344 x 800 pixels, upright ones too, where mmdetection turns the frame for these. The paper's backbones
// come from ImageNet: `mambamixer run vim2-tiny-maskrcnn/coco -tier paper -begin <folder of a run of vim2-tiny/imagenet>`. The recipe of the
// small sets was fixed before any model was trained, and is the same for all.

// objectSet is a data set's task, training and detector.
type objectSet struct {
	set       string
	task      augment.ObjectRecipe
	train     func() *train.Config
	published bool // models of the paper's sizes
}

func objectSets() []objectSet {
	people := augment.Detection(160, 160)
	people.MinScale, people.MaxScale, people.ColorJitter, people.MaxObjects = 0.75, 1.5, 0.4, 12
	things := augment.Detection(48, 64)
	things.MinScale, things.MaxScale, things.MaxObjects = 0.75, 1.5, 6
	return []objectSet{
		{"pennfudan", people, pictureTraining(136, 4, 40), false},
		{scenes.GeneratedObjects, things, pictureTraining(400, 8, 20), false},
		{"coco", augment.Detection(800, 1344), cocoTraining(16), true},
		{"coco-mini", augment.Detection(256, 256), cocoTraining(2), true},
	}
}

func cocoTraining(batch int) func() *train.Config {
	return func() *train.Config {
		c := classifierTraining()
		c.LearningRate, c.FinalLRFactor, c.WeightDecay, c.ClipNorm = 1e-4, 0, 0.05, 0
		c.Steps, c.WarmupSteps, c.BatchSize, c.EvalBatch = 12*118287/16/paperFactor, 1000, batch, batch
		c.EvalEvery, c.CheckpointEvery, c.LogEvery = 0, 1000, 50
		return &c
	}
}

// onMaskRCNN is the set's detector on a backbone.
func (s objectSet) onMaskRCNN(backbone vision.Model) maskrcnn.Detector {
	switch b := backbone.(type) {
	case vim2.Config:
		return smaller(maskrcnn.On(b), s.published)
	case vision.ResNet:
		return smaller(maskrcnn.On(b), s.published)
	}
	panic(fmt.Sprintf("%T gives no maps of several sizes", backbone))
}

// smaller makes the detector one for small backbones, pictures and machines, unless it is of the published size.
func smaller[B vision.Pyramid](m maskrcnn.Config[B], published bool) maskrcnn.Config[B] {
	if !published {
		m.Width, m.Hidden, m.AnchorSize, m.Finest = 32, 128, 4, 28
		m.Candidates, m.Proposals, m.AnchorSamples, m.Samples, m.Detections = 100, 64, 64, 32, 20
	}
	return m
}

// detecting gives the specs of models on a set of objects, none on another set.
func detecting(set string) []Spec {
	var specs []Spec
	for _, s := range objectSets() {
		if s.set != set {
			continue
		}
		for _, m := range pyramids(s.published) {
			specs = append(specs, Spec{Name: fmt.Sprintf("%s-maskrcnn/%s", m.name, s.set), Kind: m.kind, Note: m.note + ", with Mask R-CNN", Model: s.onMaskRCNN(m.model),
				Data: Data{Set: s.set, Objects: &Objects{ObjectRecipe: s.task}}, Train: s.train()})
		}
	}
	return specs
}
