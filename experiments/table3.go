package experiments

// table3 is the paper's Table 3, classes of pixels, in small: UPerNet on ViM2 and on the rivals that have maps of several sizes, with
// equal parameters of the backbone, one recipe, and no training on ImageNet before. The paper's own numbers stand apart. On ADE20K,
// where it is at hand, its recipe runs at the tier paper.
//
//	mambamixer sweep table3 -seeds 3 -only camvid
//
// Expected: nothing is published for CamVid at this size. The paper's mIoU on ADE20K, of which experiments/paper has all: ViM2-T 48.6 %,
// ViM2-S 50.2 %, VMamba-T 47.3 %, Swin-T 44.4 %, ResNet-50 42.1 %.
func table3() Study {
	return Study{
		Name:     "table3",
		Title:    "Classes of pixels: UPerNet on ViM2 and its rivals",
		Question: "does ViM2 give more pixels their class than rivals of equal size and training?",
		Cost:     "3 models on CamVid, some 10 minutes each on one core; on ADE20K days of a GPU",
		Sets:     []string{"camvid", "ade20k"},
		Large:    []string{"ade20k"},
		Pictures: true,
		Scenes:   true,
		quick:    []string{ours},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range segmenting(set) {
				entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
			}
			return entries
		},
	}
}
