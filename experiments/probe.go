package experiments

import (
	"fmt"
	"slices"

	"mambamixer/datasets/synth"
)

// probe asks which of its parts TSM2 uses, on generated sets of which it is known what they ask of a model and how well
// they can be forecast at best; see synth.Probe. TSM2 stands beside itself with one part taken out or changed, beside
// its control without mixers, and beside models that are linear in each variate's past or attend over variates.
//
//	mambamixer sweep probe -seeds 3
//
// Nothing is published. By construction a model without channel mixer, or with variates taken one by one, can explain
// nothing of the followers in probe-lags; one whose channel mixer reads from the first variate to the last nothing in
// probe-lags-last; and a linear one little in probe-hold and probe-selector.
func probe() Study {
	study := Study{
		Name:     "probe",
		Title:    "Which part does what: test errors on generated sets whose best forecast is known",
		Question: "which parts of TSM2 does a task use that needs them?",
		Cost:     "17 models on 6 sets, from seconds to a minute each on 2 cores",
		on:       probeEntries,
	}
	for _, p := range synth.Probes() {
		study.Sets = append(study.Sets, p.Name)
	}
	return study
}

const probeHistory, probeHorizon = 192, 48

// probeModels are the models of other families that stand beside TSM2; the deep ones mix variates.
var probeModels = []string{"NLinear", "DLinear", "Repeat", "TSMixer", "iTransformer", "S-Mamba", "PatchTST"}

// probeParts are TSM2 with one part changed.
var probeParts = []struct {
	model, row string
	varies     []string
}{
	{"tsm2-channel-none", "no channel mixer", sets("model.channel_mixer=none")},
	{"tsm2-channel-mlp", "channel mixer MLP", sets("model.channel_mixer=mlp")},
	{"tsm2-channel-gated", "channel mixer without scan", sets("model.channel_mixer=gated")},
	{"tsm2-channel-one-way", "channel mixer one way", sets("model.unidirectional_channel=true")},
	{"tsm2-token-none", "no token mixer", sets("model.token_mixer=none")},
	{"tsm2-token-mlp", "token mixer MLP", sets("model.token_mixer=mlp")},
	{"tsm2-token-both-ways", "token mixer both ways", sets("model.bidirectional_token=true")},
	{"tsm2-averaging-off", "averaging off", sets("model.averaging=plain")},
}

func probeEntries(set string) []Entry {
	if _, known := synth.FindProbe(set); !known {
		return nil
	}
	var entries []Entry
	for _, m := range append(forecasters(set), rivals(set)...) {
		spec := Spec{
			Name: fmt.Sprintf("%s/%s/%d", m.name, set, probeHorizon), Kind: m.kind, Note: m.note, Model: m.model,
			Data: Data{Set: set, History: probeHistory, Horizon: probeHorizon}, Train: m.train(set, probeHorizon),
		}
		switch {
		case m.kind == "TSM2":
			entries = append(entries, Entry{Spec: spec, Section: "TSM2", Row: "TSM2", Column: set})
			for _, part := range probeParts {
				entries = append(entries, Entry{Spec: variant(spec, part.model, "TSM2, "+part.row, part.varies),
					Section: "TSM2", Row: part.row, Column: set, Varies: part.varies})
			}
		case m.kind == "TSM2 without mixers":
			entries = append(entries, Entry{Spec: spec, Section: "TSM2", Row: "no mixers", Column: set, Varies: sets("model.layers=0")})
		case slices.Contains(probeModels, m.kind):
			entries = append(entries, Entry{Spec: spec, Section: "others", Row: m.kind, Column: set})
		}
	}
	return entries
}
