package report

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
)

// The records of these tests are made up; nothing was trained.

// made is a record of a finished run.
func made(model, data string, horizon int, seed uint64, mse float64) *result.Record {
	r := &result.Record{Spec: fmt.Sprintf("%s/%s/%d", model, data, horizon), Key: "0123456789ab", Seed: seed, Tier: "cpu", Status: result.Done, Model: model,
		Data: result.Dataset{Name: data, Source: "a source", SHA256: "f18de3ad269cef59"}, History: 512, Horizon: horizon,
		Last: &result.Scores{MSE: mse, MAE: mse + 0.02, Windows: 2881 - horizon}, Steps: 500, Seconds: 30, PeakRSS: 5e8,
		Env: "xla:cpu, a processor, 2 cores", Versions: "go1.26.5, gomlx v0.28.4", Commit: "0123456789abcdef+changes", Date: "2026-11-25T03:04:05Z"}
	if model == "Repeat" {
		r.Steps = 0
	}
	return r
}

// cellOf is the cell of a model with runs of seeds 0, 1, ... that have these errors.
func cellOf(model, data string, horizon int, errors ...float64) result.Cell {
	c := result.Cell{Section: data, Row: strconv.Itoa(horizon), Column: model, Spec: fmt.Sprintf("%s/%s/%d", model, data, horizon),
		Model: model, Data: data, History: 512, Horizon: horizon}
	if value, found := paper.Lookup(model, data, horizon); found {
		c.Paper = &result.Published{MSE: value.MSE, Source: value.Source, Protocol: value.Protocol}
	}
	for seed, mse := range errors {
		c.Runs = append(c.Runs, made(model, data, horizon, uint64(seed), mse))
	}
	return c
}

// input is a report of one study.
func input(study string, cells ...result.Cell) Input {
	in := Input{Tier: "cpu", Loaded: new(result.Loaded), Sources: []string{"runs"},
		Studies: []Study{{Name: study, Title: "Test errors of " + study, Question: "which is better?", Cells: cells}}}
	for _, cell := range cells {
		for _, run := range cell.Runs {
			in.Loaded.Runs = append(in.Loaded.Runs, result.Run{Dir: "runs/x", Record: run})
		}
	}
	return in
}

// noisy gives n errors around a mean, the same for the same name.
func noisy(name string, mean float64, n int) []float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	random := rand.New(rand.NewPCG(1, h.Sum64()))
	errors := make([]float64, n)
	for i := range errors {
		errors[i] = mean * (1 + 0.003*random.NormFloat64())
	}
	return errors
}

// large is a report as large as the real one, with everything in it that can go wrong.
func large() Input {
	means := map[string]float64{"TSM2": 0.36, "TSM2 without mixers": 0.361, "NLinear": 0.37, "DLinear": 0.375, "Repeat": 1.2, "PatchTST": 0.37,
		"TSMixer": 0.4, "Transformer": 0.5, "SAMFormer": 0.38, "iTransformer": 0.39, "S-Mamba": 0.395}
	order := []string{"TSM2", "TSM2 without mixers", "NLinear", "DLinear", "Repeat", "PatchTST", "TSMixer", "Transformer", "SAMFormer", "iTransformer", "S-Mamba"}
	var forecasts []result.Cell
	for i, data := range []string{"ETTh1", "ETTh2", "ETTm1", "Electricity", "Exchange"} {
		for j, horizon := range []int{96, 192, 336, 720} {
			for k, model := range order {
				n := 5
				switch {
				case data == "Electricity", data == "ETTm1" && k > 4:
					n = 0
				case model == "Repeat":
					n = 1
				case data == "ETTm1":
					n = 1
				}
				mean := means[model] * (1 + 0.1*float64(j)) * (1 - 0.1*float64(i))
				forecasts = append(forecasts, cellOf(model, data, horizon, noisy(model+data+strconv.Itoa(horizon), mean, n)...))
			}
		}
	}
	in := input("table5", forecasts...)
	cells := in.Studies[0].Cells
	failure := made("TSMixer", "ETTh1", 96, 3, 0)
	failure.Status, failure.Last, failure.Error = result.Failed, nil, "training stopped: the loss is NaN at step 312"
	cells[6].Runs, cells[6].Failed = nil, []*result.Record{failure}
	cells[7].Stale, cells[7].Runs = cells[7].Runs, nil
	other := *cells[8].Runs[0]
	other.Last = &result.Scores{MSE: 0.5, MAE: 0.5, Windows: 2785}
	cells[8].Runs = cells[8].Runs[:1]
	in.Loaded.Conflicts = []result.Conflict{{A: result.Run{Dir: "here", Record: cells[8].Runs[0]}, B: result.Run{Dir: "there", Record: &other}}}
	in.Loaded.Damaged = []error{fmt.Errorf("results.csv line 7 is damaged: column test_mse holds %q", "<oops>")}
	in.NotAtHand = []string{"Electricity", "ETTm1"}

	var parts []result.Cell
	for _, data := range []string{"ETTh1", "Exchange"} {
		for i, row := range []string{"", "none", "MLP", "one way"} {
			c := cellOf("TSM2", data, 96, noisy(row+data, 0.36+0.01*float64(i), 5)...)
			c.Section, c.Row, c.Column = "reference", "TSM2", data
			if row != "" {
				c.Section, c.Row, c.Varies = "channel mixer", row, []string{"model.channel_mixer=" + row}
				c.Spec, c.Model, c.Paper = "tsm2-channel-"+row+"/"+data+"/96", "TSM2, channel mixer "+row, nil
			}
			parts = append(parts, c)
		}
	}
	in.Studies = append(in.Studies, Study{Name: "ablations", Title: "One choice at a time", Question: "which choices matter?", Cells: parts})
	in.Checklist = []Item{{"Splits", "ETTh1 8640 / 2880 / 2880"}}
	return in
}
