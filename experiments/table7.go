package experiments

// table7 is the paper's Table 7: what is the dual selection worth? Its two alternatives change two things each. TSM2-MLP
// has an MLP for the channel mixer and no weighted averaging; "Mamba + Linear Time" has a linear map along time, a
// unidirectional channel mixer and, by our reading, a plain residual stream. The two changes of TSM2-MLP stand here
// one by one as well, and the control has no mixers at all.
//
//	mambamixer sweep table7 -seeds 5
//
// Expected (MambaMixer, Table 7, test MSE on ETTh1, ETTm1, Exchange, Electricity): TSM2 0.375 0.322 0.163 0.142, TSM2-MLP
// 0.386 0.339 0.197 0.173, Mamba + Linear Time 0.388 0.334 0.220 0.151.
func table7() Study {
	return Study{
		Name:     "table7",
		Title:    "Dual selection taken apart: test errors at horizon 96",
		Question: "what do the selective mixers and the weighted averaging add to TSM2?",
		Cost:     "6 models on 4 sets, half a minute to some minutes each on 2 cores",
		Sets:     []string{"ETTh1", "ETTm1", "Exchange", "Electricity"},
		on: func(set string) []Entry {
			var entries []Entry
			for _, spec := range listed(set, 96) {
				switch spec.Kind {
				case "TSM2":
					entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set})
					for _, v := range table7Variants {
						entries = append(entries, Entry{Spec: variant(spec, v.model, v.kind, v.varies), Row: v.row, Column: set, Varies: v.varies})
					}
				case "TSM2 without mixers":
					entries = append(entries, Entry{Spec: spec, Row: spec.Kind, Column: set, Varies: []string{"model.layers=0"}})
				}
			}
			return entries
		},
	}
}

// table7Variants lists what is not TSM2 or its control. The last two are ablations too, under the same names.
var table7Variants = []struct {
	model, kind, row string
	varies           []string
}{
	{"tsm2-mlp", "TSM2-MLP", "TSM2-MLP", []string{"model.channel_mixer=mlp", "model.averaging=plain"}},
	{"mamba-linear-time", "Mamba + Linear Time", "Mamba + Linear Time",
		[]string{"model.token_mixer=linear", "model.unidirectional_channel=true", "model.averaging=plain"}},
	{"tsm2-channel-mlp", "TSM2, channel mixer MLP", "TSM2-MLP with averaging", []string{"model.channel_mixer=mlp"}},
	{"tsm2-averaging-off", "TSM2, averaging off", "TSM2 without averaging", []string{"model.averaging=plain"}},
}
