package experiments

// fig4 is the paper's Figure 4 in small: models that were trained at one size of pictures, tested at others without any more
// training. Every run on Tiny-ImageNet-20 is tested so, at half to three times its 64 pixels, so these are the runs of table2.
// MLP-Mixer is made for one size and left out.
//
//	mambamixer sweep fig4 -seeds 3
//
// Expected: the paper has ViM2-T at 82.7 % at the 224 pixels of its training, 72 % at 112, 84 % at 384 and 64 % at 1024, and says
// that only ViM2 and VMamba gain beyond the size of the training.
func fig4() Study {
	return Study{
		Name:     "fig4",
		Title:    "Trained at one size of pictures, tested at others",
		Question: "which models still recognise pictures of other sizes than those of the training?",
		Cost:     "6 models, 10 to 60 minutes each on one core; they are those of table2",
		Sets:     []string{"tiny-imagenet-20"},
		Pictures: true,
		quick:    []string{ours},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range recognizing(set, smallSizes("nano")) {
				if spec.Kind != "MLP-Mixer-Nano" && len(spec.Data.Pictures.TestSizes) > 0 {
					entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
				}
			}
			return entries
		},
	}
}
