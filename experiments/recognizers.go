package experiments

import (
	"slices"

	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// recognizers lists ViM2 and its rivals on pictures: in two small sizes of equal parameters on every set that two cores can
// train on, and in the sizes of the paper on ImageNet.
//
//	mambamixer run vim2-nano/cifar10 resnet-nano/cifar10
//	mambamixer run vim2-tiny/imagenet -tier paper
//
// All are trained alike: see pictures.go. Nano on CIFAR-10 takes 2109 steps of 64 pictures at the cpu tier, three epochs, 9 to 19
// minutes on one core. Nothing is published for these budgets; on ImageNet the paper has a top-1 accuracy of 82.7 % (ViM2-T),
// 83.7 % (S), 83.9 % (B) and 79.1 % (ViM2-MLP).
func recognizers() []Spec {
	var specs []Spec
	for _, v := range pictureSets() {
		for _, c := range paperSizes() {
			if v.set == "imagenet" || v.set == generatedPictures {
				specs = append(specs, c.on(v))
			}
		}
		for _, c := range slices.Concat(smallSizes("nano"), smallSizes("micro")) {
			if v.set != "imagenet" {
				specs = append(specs, c.on(v))
			}
		}
	}
	return specs
}

// recognizer is a model with its names.
type recognizer struct {
	name, kind, note string
	model            vision.Model
}

// on makes the spec of the model on a data set.
func (c recognizer) on(v pictureSet) Spec {
	return onPictures(v, c.name, c.kind, c.note, fitted(c.model, v.pictures.Size))
}

// paperSizes are ViM2's of Table 8, and ViM2-MLP.
func paperSizes() []recognizer {
	var list []recognizer
	for _, v := range vim2.Variants() {
		if kind, found := PaperName(v.Name); found {
			list = append(list, recognizer{"vim2-" + v.Name, kind, "as in the paper", v.Config})
		}
	}
	return list
}

// PaperName is what the paper calls a variant of ViM2: ViM2-T for "tiny".
func PaperName(variant string) (name string, found bool) {
	name, found = map[string]string{"tiny": "ViM2-T", "small": "ViM2-S", "base": "ViM2-B", "mlp": "ViM2-MLP"}[variant]
	return name, found
}

// smallSizes are ViM2 and its rivals in one of the sizes of this project, "nano" or "micro".
func smallSizes(size string) []recognizer {
	ours, rivals, suffix := vim2.Nano(), vision.Nano(), "-Nano"
	if size == "micro" {
		ours, rivals, suffix = vim2.Micro(), vision.Micro(), "-Micro"
	}
	list := []recognizer{{"vim2-" + size, "ViM2" + suffix, "MambaMixer for pictures, " + size, ours}}
	for _, r := range rivals {
		known := visionRivals[r.Name]
		list = append(list, recognizer{r.Name + "-" + size, known.kind + suffix, known.note, r.Model})
	}
	return list
}

var visionRivals = map[string]struct{ kind, note string }{
	"resnet":    {"ResNet", "convolutions and residual sums"},
	"convmixer": {"ConvMixer", "depthwise and pointwise convolutions on patches"},
	"mlpmixer":  {"MLP-Mixer", "perceptrons along patches and along channels"},
	"vit":       {"ViT", "attention over patches; DeiT is this network"},
	"vim":       {"Vim", "Mamba blocks over patches, both ways"},
	"vmamba":    {"VMamba", "ViM2 with token mixers only"},
}

// fitted is a model of the small sizes, which are made for 32 pixels, for pictures of another size: patches grow with the
// picture, to twice the side at 64 pixels and four times at 224. So the number of places doesn't grow as fast as that of
// pixels, and models of one resolution keep to what two cores can do. Parameters change by what a larger patch and the
// positions need: on Tiny-ImageNet-20 rivals have up to 9 % more than ViM2, on Pets-3 up to 31 %. MLP-Mixer's perceptrons along patches are made smaller by as much as there are more patches.
func fitted(m vision.Model, size int) vision.Model {
	grow := 1
	switch {
	case size >= 224:
		grow = 4
	case size >= 64:
		grow = 2
	}
	switch m := m.(type) {
	case vim2.Config:
		if m.Patch == vim2.Nano().Patch { // those of the paper are for 224 pixels
			m.Patch *= grow
		}
		return m
	case vision.ResNet:
		m.LargeStem = size >= 224
		return m
	case vision.ConvMixer:
		m.Patch *= grow
		return m
	case vision.MLPMixer:
		before := m.ImageSize / m.Patch
		m.ImageSize, m.Patch = size, grow*m.Patch
		after := (size + m.Patch - 1) / m.Patch
		m.TokenHidden = m.TokenHidden * before * before / (after * after)
		return m
	case vision.ViT:
		m.ImageSize, m.Patch = size, grow*m.Patch
		return m
	case vision.Vim:
		m.ImageSize, m.Patch = size, grow*m.Patch
		return m
	}
	return m
}
