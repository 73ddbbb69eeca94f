package experiments

// vim2Ablation changes ViM2-Nano one choice at a time. The paper has one ablation, ViM2-MLP, which changes two things: its
// channel mixers are perceptrons, and there is no weighted averaging. The two stand here one by one as well.
//
//	mambamixer sweep vim2-ablation -seeds 3
//
// Expected: only ViM2-MLP is published, at another scale: 79.1 % on ImageNet-1K with 40 million parameters, where ViM2-T has
// 82.7 % with 20 million (MambaMixer, Table 2).
func vim2Ablation() Study {
	return Study{
		Name:     "vim2-ablation",
		Title:    "ViM2-Nano with one choice changed at a time",
		Question: "which choices of ViM2 matter?",
		Cost:     "17 models, 6 to 19 minutes each on one core",
		Sets:     []string{"cifar10"},
		Pictures: true,
		quick:    []string{ours, "MLP, no averaging (ViM2-MLP)"},
		on: func(set string) []Entry {
			specs := recognizing(set, smallSizes("nano"))
			if len(specs) == 0 {
				return nil
			}
			reference := specs[0]
			entries := []Entry{{Spec: reference, Section: "reference", Row: ours, Column: set}}
			entries = append(entries, oneAtATime(reference, vim2Factors, set)...)
			for i := range entries { // the row is part of the key of runs, so it has another name in the table alone
				if entries[i].Row == "the same, one way" {
					entries[i].Row = "along the channels, one way"
				}
			}
			return entries
		},
	}
}

var vim2Factors = []factor{
	{"dual selection", []level{
		{"mlp", "MLP, no averaging (ViM2-MLP)", sets("model.channel_mixer=mlp", "model.averaging=plain")},
		{"mlp-averaging", "MLP with averaging", sets("model.channel_mixer=mlp")},
		{"averaging-off", "selective without averaging", sets("model.averaging=plain")},
		{"channel-none", "no channel mixer", sets("model.channel_mixer=none")},
	}},
	{"routes of the scan", []level{
		{"routes-one", "1: rows", sets("model.routes=one-way")},
		{"routes-two", "2: rows both ways", sets("model.routes=two-way")},
		{"routes-cross", "4: rows and columns both ways", sets("model.routes=cross")},
		{"routes-corners", "4: rows from each corner", sets("model.routes=corners")},
		{"routes-diagonals", "4: diagonals from each corner", sets("model.routes=diagonals")},
	}},
	{"states N", []level{
		{"states-1", "1", sets("model.ssm.state_size=1")},
		{"states-4", "4", sets("model.ssm.state_size=4")},
		{"states-8", "8", sets("model.ssm.state_size=8")},
		{"states-16", "16", sets("model.ssm.state_size=16")},
	}},
	{"channel mixer", []level{
		{"channel-position", "along the channels of each place", sets("model.channel_mixer=position")},
		{"channel-one-way", "the same, one way", sets("model.unidirectional_channel=true")},
		{"channel-transpose", "all places as features", sets("model.channel_mixer=transpose", "model.image_size=32")},
	}},
	{"convolution", []level{
		{"conv-3", "3 x 3", sets("model.conv=3")},
		{"conv-off", "off", sets("model.conv=0")},
	}},
	{"averaging starts as", []level{
		{"averaging-paper", "a residual stream", sets("model.averaging=paper")},
		{"averaging-denseformer", "DenseFormer's", sets("model.averaging=denseformer")},
		{"averaging-uniform", "a mean", sets("model.averaging=uniform")},
	}},
}
