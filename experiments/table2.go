package experiments

// table2 is the paper's Table 2, classification of pictures, in small: ViM2 and its rivals with equal parameters and equal
// training on sets that two cores can train on. The paper's own models and numbers stand apart, with what our code counts of
// parameters and operations: a budget of minutes on a small set says nothing about 300 epochs of ImageNet.
//
//	mambamixer sweep table2 -seeds 3
//
// Expected: nothing is published for these sets and budgets. The paper's top-1 accuracies on ImageNet-1K, of which
// experiments/paper has all: ViM2-T 82.7 %, ViM2-S 83.7 %, ViM2-B 83.9 %, VMamba-T 82.2 %, Swin-T 81.3 %, DeiT-S 79.8 %, ResNet-50
// 76.2 %.
func table2() Study {
	return Study{
		Name:     "table2",
		Title:    "Classification of pictures: ViM2 and its rivals with equal parameters",
		Question: "does ViM2 recognise more pictures than rivals of equal size and training?",
		Cost:     "7 models on 3 sets, 6 to 60 minutes each on one core",
		Sets:     []string{"cifar10", "tiny-imagenet-20", "pets-3"},
		Pictures: true,
		quick:    []string{ours, "ResNet-Nano"},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range recognizing(set, smallSizes("nano")) {
				entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
			}
			return entries
		},
	}
}

// ours is the model that studies of pictures are about.
const ours = "ViM2-Nano"

// recognizing gives the specs of models on a set of pictures, none on another set.
func recognizing(set string, models []recognizer) []Spec {
	var specs []Spec
	for _, v := range pictureSets() {
		for _, m := range models {
			if v.set == set {
				specs = append(specs, m.on(v))
			}
		}
	}
	return specs
}
