package experiments

import (
	"fmt"
	"slices"
	"strconv"

	"mambamixer/datasets/synth"
)

// cost measures what a training step costs: its time and floating-point operations, and the peak memory of the process,
// against the length of the history, the number of variates and the horizon. From one point, the smallest, one size
// at a time grows. The data is white noise, since only shapes matter; test errors say nothing here. Models have the
// structure that they have on the ETT sets, and see 32 windows a step.
//
//	mambamixer sweep cost -seeds 1
//
// on a machine that does nothing else, with -jobs 1: each run is a process, so its peak memory is its own. Other seeds
// measure the same again. Memory counts the whole process, with XLA, the data and the evaluation: read it against that
// of the smallest point. A size that doesn't fit into memory is a failed run that says so. All of it takes about 8
// minutes on 2 cores.
//
// Nothing is published: MambaMixer's abstract claims linear complexity in length and channels, and its authors show no
// measurement for time series. By their equations, operations grow linearly with each size for TSM2 and TSMixer, but for
// TSMixer's maps along time, which grow with the square of the history; for PatchTST they go towards the square of the
// history, for the Transformer over variates towards the square of the number of variates.
func cost() Study {
	study := Study{
		Name:     "cost",
		Title:    "Cost of a training step of 32 windows on white noise",
		Question: "how do time, memory and operations of a step grow with history, variates and horizon?",
		Cost:     "4 models at 12 sizes, some seconds each on 2 cores, up to a minute for the largest",
		on:       costEntries,
	}
	for _, m := range costVariates {
		study.Sets = append(study.Sets, synth.NoiseName(m))
	}
	return study
}

// The sizes along each axis, the smallest first: the axes meet there.
var (
	costHistories = []int{96, 192, 384, 768, 1536}
	costVariates  = []int{7, 21, 64, 128, 321}
	costHorizons  = []int{96, 192, 336, 720}
	costModels    = []string{"TSM2", "PatchTST", "Transformer", "TSMixer"}
)

// costSteps are enough for a stable median.
const costSteps = 40

// costEntries has an entry for each axis that a set has sizes of: the section is the axis ("history", "variates" or
// "horizon"), the row the size along it, the column the model.
func costEntries(set string) []Entry {
	variates, found := synth.FindNoise(set)
	if !found || !slices.Contains(costVariates, variates) {
		return nil
	}
	axes := []struct {
		name  string
		sizes []int
	}{{"history", costHistories}, {"variates", []int{variates}}, {"horizon", costHorizons}}
	if variates != costVariates[0] {
		axes = axes[1:2]
	}
	var entries []Entry
	for _, axis := range axes {
		for _, size := range axis.sizes {
			data := Data{Set: set, History: costHistories[0], Horizon: costHorizons[0]}
			switch axis.name {
			case "history":
				data.History = size
			case "horizon":
				data.Horizon = size
			}
			for _, m := range append(forecasters(synth.Name), rivals(synth.Name)...) {
				if slices.Contains(costModels, m.kind) {
					entries = append(entries, Entry{Spec: costSpec(m, data), Section: axis.name, Row: strconv.Itoa(size), Column: m.kind})
				}
			}
		}
	}
	return entries
}

// costSpec takes a few steps and evaluates nothing on the way.
func costSpec(m forecaster, data Data) Spec {
	c := m.train(data.Set, data.Horizon)
	c.Steps, c.WarmupSteps, c.EvalEvery, c.Patience, c.CheckpointEvery = costSteps, 0, 0, 0, 0
	c.RestoreBest = false
	name := m.name
	if data.History != costHistories[0] {
		name += fmt.Sprintf("-history-%d", data.History)
	}
	return Spec{Name: fmt.Sprintf("%s/%s/%d", name, data.Set, data.Horizon), Kind: m.kind, Note: "cost of a training step",
		Model: m.model, Data: data, Train: c}
}
