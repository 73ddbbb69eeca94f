package experiments

import (
	"fmt"
	"strconv"
	"strings"
)

// rivalsStudy asks whether the models that TSM2 is held against are as good here as in the papers that published them. On
// ETTh1 each sees the history of its own paper. What still differs is said for each: see ownPapers.
//
//	mambamixer sweep rivals -seeds 5
//
// Expected: the published MSE at each horizon, see experiments/paper. At horizon 96, seed 0, iTransformer gives 0.386 and
// S-Mamba 0.389 (both published 0.386); rivals.go has the others. The runs with history 512 are those of table5.
func rivalsStudy() Study {
	study := Study{
		Name:       "rivals",
		Title:      "Does each rival reach its own paper? Test errors on ETTh1 with the history of each paper",
		Question:   "does each rerun rival reach its own paper on ETTh1, by its own protocol?",
		Cost:       "8 models at 4 horizons, from seconds to two minutes each on 2 cores",
		Sets:       []string{"ETTh1"},
		Deviations: map[string]string{},
		on:         rivalsEntries,
	}
	for _, entry := range rivalsEntries(study.Sets[0]) {
		if spec := entry.Spec; study.Deviations[spec.Kind] == "" { // of the shortest horizon, which has the most windows
			rate := strconv.FormatFloat(spec.Train.LearningRate, 'f', -1, 64)
			study.Deviations[spec.Kind] = fmt.Sprintf("at most %d steps of %d windows (tier cpu) at a rate of at most %s; %s",
				spec.Train.Steps, spec.Train.BatchSize, rate, ownPapers[spec.Kind].deviation)
		}
	}
	return study
}

// ownPapers has, by model, the history in its paper, and what its authors do on ETTh1 that this project does otherwise.
// The budgets here are those of recipe.go and rivals.go.
var ownPapers = map[string]struct {
	history   int
	deviation string
}{
	"NLinear":     {336, linearDeviation},
	"DLinear":     {336, linearDeviation},
	"PatchTST":    {512, "the authors take batches of 128 at a rate of 0.0001, for up to 100 epochs"},
	"TSMixer":     {512, "the published numbers are not of its own paper: SAMFormer's authors measured them, in up to 100 epochs"},
	"Transformer": {512, "the authors, those of SAMFormer, let the rate fall along a cosine over up to 100 epochs; here it is constant"},
	"SAMFormer": {512, "the radius of sharpness-aware minimization is 0.7 and the rate is constant; the authors tuned the radius for each horizon " +
		"and let the rate fall along a cosine over up to 100 epochs"},
	"iTransformer": {96, invertedDeviation + ", and take twice the width at horizons 336 and 720"},
	"S-Mamba":      {96, invertedDeviation + ", and start from a rate of 0.00005 at horizons 336 and 720"},
}

const (
	linearDeviation   = "gradients are clipped and the rate falls along a cosine; the authors take a rate of 0.005, halved after each of up to 10 epochs"
	invertedDeviation = "the calendar is not seen and the rate falls along a cosine; the authors feed the calendar as more tokens, halve the rate after each of up to 10 epochs"
)

// rivalsEntries has a row for each rival and a column for each horizon.
func rivalsEntries(set string) []Entry {
	var entries []Entry
	for _, spec := range listed(set) {
		own, found := ownPapers[spec.Kind]
		if !found {
			continue
		}
		if own.history != spec.Data.History {
			model, _, _ := strings.Cut(spec.Name, "/")
			spec = variant(spec, fmt.Sprintf("%s-history-%d", model, own.history), spec.Kind, sets(fmt.Sprintf("data.history=%d", own.history)))
		}
		entries = append(entries, Entry{Spec: spec, Section: set, Row: spec.Kind, Column: strconv.Itoa(spec.Data.Horizon)})
	}
	return entries
}
