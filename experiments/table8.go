package experiments

// table8 is the paper's Table 8, the sizes of ViM2 stage by stage, as the code builds them. There is nothing to train.
//
//	mambamixer report table8
//
// Expected (MambaMixer, Tables 2 and 8): 20, 43 and 74 million parameters for ViM2-T, S and B and 40 million for ViM2-MLP. Here
// they have 24.0, 43.7, 75.6 and 39.7: see package vim2 for what the paper leaves open.
func table8() Study {
	return Study{
		Name:     "table8",
		Title:    "ViM2 stage by stage: sizes from the code beside those of the paper",
		Question: "how large are ViM2's stages, and do their parameters add up to what the paper prints?",
		Cost:     "nothing to train: `mambamixer report table8`",
		Pictures: true,
		on:       func(string) []Entry { return nil },
	}
}
