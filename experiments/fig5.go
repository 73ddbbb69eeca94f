package experiments

// fig5 is the paper's Figure 5 in small: accuracy against the number of parameters, from two sizes of each model.
//
//	mambamixer sweep fig5 -seeds 3
//
// Expected: the paper's points are those of its Table 2, on ImageNet-1K: ViM2 has 82.7 % with 20, 83.7 % with 43 and 83.9 % with 74
// million parameters. They stand in a figure of their own.
func fig5() Study {
	return Study{
		Name:     "fig5",
		Title:    "Accuracy against the number of parameters",
		Question: "what does each model make of its parameters, and of four times as many?",
		Cost:     "14 models; the 7 small ones are those of table2, the others take four times as long",
		Sets:     []string{"cifar10"},
		Pictures: true,
		quick:    []string{ours},
		on: func(set string) []Entry {
			var entries []Entry
			for _, size := range []string{"nano", "micro"} {
				for _, spec := range recognizing(set, smallSizes(size)) {
					entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
				}
			}
			return entries
		},
	}
}
