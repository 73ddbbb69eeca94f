package experiments

// table4 is the paper's Table 4, objects and their masks, in small: Mask R-CNN on ViM2 and on the rivals that have maps of several sizes,
// with equal parameters of the backbone, one recipe, and no training on ImageNet before. The paper's own numbers stand apart. On COCO,
// where it is at hand, its recipe runs at the tier paper.
//
//	mambamixer sweep table4 -seeds 3 -only pennfudan
//
// Expected: nothing is published for Penn-Fudan at this size. The paper's box and mask AP on COCO, of which experiments/paper has all:
// ViM2-T 47.1 and 42.4, ViM2-S 48.5 and 43.1, VMamba-T 46.5 and 42.1, Swin-T 42.7 and 39.3, ResNet-50 38.2 and 34.7 %.
func table4() Study {
	return Study{
		Name:     "table4",
		Title:    "Objects and their masks: Mask R-CNN on ViM2 and its rivals",
		Question: "does ViM2 find more objects than rivals of equal size and training?",
		Cost:     "3 models on Penn-Fudan, some 10 minutes each on 2 cores; on COCO days of a GPU",
		Sets:     []string{"pennfudan", "coco"},
		Large:    []string{"coco"},
		Pictures: true,
		Objects:  true,
		quick:    []string{ours},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range detecting(set) {
				entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
			}
			return entries
		},
	}
}
