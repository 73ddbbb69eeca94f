package experiments

import "strings"

// ablations changes TSM2 one choice at a time, where the paper says nothing, or claims without showing.
//
//	mambamixer sweep ablations -seeds 3
//
// Nothing is published to hold them against, but for the reference itself: MambaMixer, Table 5, test MSE 0.375 on ETTh1
// and 0.163 on Exchange. On both sets the control without mixers does as well as TSM2, so most differences are expected
// to be smaller than the spread over seeds.
func ablations() Study {
	return Study{
		Name:     "ablations",
		Title:    "TSM2 with one choice changed at a time: test errors at horizon 96",
		Question: "which choices of TSM2 matter?",
		Cost:     "33 models on 2 sets, about half a minute each on 2 cores",
		Sets:     []string{"ETTh1", "Exchange"},
		on: func(set string) []Entry {
			var reference, control Spec
			for _, spec := range listed(set, 96) {
				switch spec.Kind {
				case "TSM2":
					reference = spec
				case "TSM2 without mixers":
					control = spec
				}
			}
			entries := []Entry{
				{Spec: reference, Section: "reference", Row: "TSM2", Column: set},
				{Spec: control, Section: "reference", Row: "no mixers", Column: set, Varies: []string{"model.layers=0"}},
			}
			return append(entries, oneAtATime(reference, factors, set)...)
		},
	}
}

// oneAtATime has an entry for each level of each factor, a column for the data set. The level that the reference has is the
// reference itself.
func oneAtATime(reference Spec, factors []factor, set string) []Entry {
	model, _, _ := strings.Cut(reference.Name, "/")
	var entries []Entry
	for _, factor := range factors {
		for _, level := range factor.levels {
			spec := variant(reference, model+"-"+level.model, reference.Kind+", "+factor.name+" "+level.row, level.sets)
			varies := level.sets
			if sameContent(spec, reference) {
				spec, varies = reference, nil
			}
			entries = append(entries, Entry{Spec: spec, Section: factor.name, Row: level.row, Column: set, Varies: varies})
		}
	}
	return entries
}

// factor is a choice with its levels; the reference is one of them.
type factor struct {
	name   string
	levels []level
}

type level struct {
	model string   // ending of the model's name in the spec's, as in tsm2-<model>
	row   string   // in the table
	sets  []string // "path=value"
}

// sets lists changes.
func sets(changes ...string) []string { return changes }

var factors = []factor{
	{"averaging", []level{
		{"averaging-paper", "starts as a residual stream", sets("model.averaging=paper")},
		{"averaging-denseformer", "DenseFormer's start", sets("model.averaging=denseformer")},
		{"averaging-uniform", "starts as a mean", sets("model.averaging=uniform")},
		{"averaging-off", "off", sets("model.averaging=plain")},
		{"without-alpha", "without alpha", sets("model.averaging_without=alpha")},
		{"without-beta", "without beta", sets("model.averaging_without=beta")},
		{"without-theta", "without theta", sets("model.averaging_without=theta")},
		{"without-gamma", "without gamma", sets("model.averaging_without=gamma")},
	}},
	{"channel mixer", []level{
		{"channel-both-ways", "both ways", sets("model.channel_mixer=selective")},
		{"channel-one-way", "one way", sets("model.unidirectional_channel=true")},
		{"channel-mlp", "MLP", sets("model.channel_mixer=mlp")},
		{"channel-none", "none", sets("model.channel_mixer=none")},
	}},
	{"token mixer", []level{
		{"token-one-way", "one way", sets("model.bidirectional_token=false")},
		{"token-both-ways", "both ways", sets("model.bidirectional_token=true")},
		{"token-none", "none", sets("model.token_mixer=none")},
	}},
	{"states N", []level{
		{"states-1", "1", sets("model.ssm.state_size=1")},
		{"states-4", "4", sets("model.ssm.state_size=4")},
		{"states-16", "16", sets("model.ssm.state_size=16")},
		{"states-64", "64", sets("model.ssm.state_size=64")},
	}},
	{"patches", []level{ // the width goes with the length, so that the embedding stays lossless
		{"patch-8", "8", sets("model.patch_length=8", "model.patch_stride=8", "model.d_model=8")},
		{"patch-16", "16", sets("model.patch_length=16")},
		{"patch-32", "32", sets("model.patch_length=32", "model.patch_stride=32", "model.d_model=32")},
		{"patch-overlap", "16 every 8", sets("model.patch_stride=8")},
	}},
	{"window norm", []level{
		{"window-norm-revin", "RevIN", sets("model.instance_norm=revin")},
		{"window-norm-last", "last value", sets("model.instance_norm=last")},
		{"window-norm-none", "none", sets("model.instance_norm=none")},
	}},
	{"layer norm", []level{
		{"layer-norm-2d", "patches and features", sets("model.norm=2d")},
		{"layer-norm-feature", "features", sets("model.norm=feature")},
		{"layer-norm-none", "none", sets("model.norm=none")},
	}},
	{"order of variates", []level{
		{"variates-in-order", "as in the data", sets("model.shuffle_variates=0")},
		{"variates-shuffled-1", "shuffled, seed 1", sets("model.shuffle_variates=1")},
		{"variates-shuffled-2", "shuffled, seed 2", sets("model.shuffle_variates=2")},
		{"variates-shuffled-3", "shuffled, seed 3", sets("model.shuffle_variates=3")},
	}},
	{"history", []level{
		{"history-96", "96", sets("data.history=96")},
		{"history-192", "192", sets("data.history=192")},
		{"history-336", "336", sets("data.history=336")},
		{"history-512", "512", sets("data.history=512")},
		{"history-720", "720", sets("data.history=720")},
	}},
	{"discretization", []level{
		{"euler", "Euler", sets("model.ssm.discretization=euler")},
		{"zoh", "zero-order hold", sets("model.ssm.discretization=zoh")},
	}},
	{"B, C and delta from", []level{
		{"selection-conv", "the convolution", sets("model.ssm.raw_selection=false")},
		{"selection-raw", "the raw input", sets("model.ssm.raw_selection=true")},
	}},
}
