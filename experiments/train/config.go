package train

import (
	"fmt"
	"math"
)

// Config says how to train. Validate names the first field that makes no sense, by its JSON name.
type Config struct {
	Steps     int `json:"steps"`      // optimiser steps
	BatchSize int `json:"batch_size"` // examples per step; batches are always full
	EvalBatch int `json:"eval_batch"` // examples per call of the evaluation; changes no result, only memory and speed

	LearningRate  float64 `json:"learning_rate"`   // highest learning rate, at the end of the warm-up
	FinalLRFactor float64 `json:"final_lr_factor"` // the cosine ends at LearningRate times this
	WarmupSteps   int     `json:"warmup_steps"`    // steps of linear growth from LearningRate/WarmupSteps

	Beta1       float64 `json:"beta1"`        // decay of the mean of the gradients
	Beta2       float64 `json:"beta2"`        // decay of the mean of their squares
	Epsilon     float64 `json:"epsilon"`      // added to the root of the mean square
	WeightDecay float64 `json:"weight_decay"` // decoupled, scaled by the learning rate; on variables of rank 2 and more
	ClipNorm    float64 `json:"clip_norm"`    // bound of the global gradient norm; 0 = no clipping

	// Rho is the radius of sharpness-aware minimization: the gradients are taken at the weights moved by Rho in the
	// direction in which the loss grows fastest, at twice the cost of a step. 0 = off.
	Rho float64 `json:"rho,omitempty"`

	// Accumulate cuts each batch into so many parts that are computed one after the other, for batches that don't fit into
	// memory; the gradients are those of the whole batch, but for what a model computes over a batch, as batch norm does. 0 = 1.
	Accumulate int `json:"accumulate,omitempty"`
	// EMA is the decay of a moving average of the weights, which then is what is validated, tested and kept. 0 = off.
	EMA float64 `json:"ema,omitempty"`

	Groups []Group `json:"groups,omitempty"` // exceptions by variable path, the first match wins

	EvalEvery  int `json:"eval_every"`  // steps between evaluations on the validation split; 0 = none
	EvalStride int `json:"eval_stride"` // use every k-th validation example during training
	Patience   int `json:"patience"`    // stop after this many evaluations without improvement; 0 = never

	RestoreBest bool `json:"restore_best,omitempty"` // end with the weights of the lowest validation score, not of the last step

	CheckpointEvery int `json:"checkpoint_every"` // steps between checkpoints; 0 = only at the end and when interrupted
	LogEvery        int `json:"log_every"`        // steps between log entries
}

// Default gives a configuration for small forecasting models: AdamW with PyTorch's constants, 500 steps.
func Default() Config {
	return Config{
		Steps: 500, BatchSize: 32, EvalBatch: 64,
		LearningRate: 1e-3, FinalLRFactor: 0.01, WarmupSteps: 50,
		Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.01, ClipNorm: 1,
		EvalEvery: 50, EvalStride: 4, CheckpointEvery: 100, LogEvery: 10,
	}
}

// Validate gives an error that names the first field that makes no sense.
func (c Config) Validate() error {
	for _, f := range []struct {
		name  string
		value int
		least int
	}{
		{"steps", c.Steps, 1}, {"batch_size", c.BatchSize, 1}, {"eval_batch", c.EvalBatch, 1},
		{"warmup_steps", c.WarmupSteps, 0}, {"eval_every", c.EvalEvery, 0}, {"eval_stride", c.EvalStride, 1},
		{"patience", c.Patience, 0}, {"checkpoint_every", c.CheckpointEvery, 0}, {"log_every", c.LogEvery, 1},
		{"accumulate", c.Accumulate, 0},
	} {
		if f.value < f.least {
			return fmt.Errorf("%s is %d; it must be at least %d", f.name, f.value, f.least)
		}
	}
	for _, f := range []struct {
		name       string
		value      float64
		ok         bool
		constraint string
	}{
		{"learning_rate", c.LearningRate, c.LearningRate > 0, "positive"},
		{"final_lr_factor", c.FinalLRFactor, c.FinalLRFactor >= 0 && c.FinalLRFactor <= 1, "between 0 and 1"},
		{"beta1", c.Beta1, c.Beta1 >= 0 && c.Beta1 < 1, "at least 0 and below 1"},
		{"beta2", c.Beta2, c.Beta2 >= 0 && c.Beta2 < 1, "at least 0 and below 1"},
		{"epsilon", c.Epsilon, c.Epsilon > 0, "positive"},
		{"weight_decay", c.WeightDecay, c.WeightDecay >= 0, "at least 0"},
		{"clip_norm", c.ClipNorm, c.ClipNorm >= 0, "at least 0 (0 switches clipping off)"},
		{"rho", c.Rho, c.Rho >= 0, "at least 0 (0 switches sharpness-aware minimization off)"},
		{"ema", c.EMA, c.EMA >= 0 && c.EMA < 1, "at least 0 and below 1 (0 switches the average off)"},
	} {
		if !f.ok || math.IsInf(f.value, 0) {
			return fmt.Errorf("%s is %v; it must be %s", f.name, f.value, f.constraint)
		}
	}
	if c.WarmupSteps > c.Steps {
		return fmt.Errorf("warmup_steps is %d; it must not exceed steps, which is %d", c.WarmupSteps, c.Steps)
	}
	if c.BatchSize%c.parts() != 0 {
		return fmt.Errorf("accumulate is %d; it must divide batch_size, which is %d", c.Accumulate, c.BatchSize)
	}
	if c.parts() > 1 && c.Rho > 0 {
		return fmt.Errorf("accumulate is %d, but sharpness-aware minimization (rho) needs the whole batch at once", c.Accumulate)
	}
	for i, group := range c.Groups {
		if err := group.validate(); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	return nil
}

// parts is the number of parts of a batch.
func (c Config) parts() int { return max(1, c.Accumulate) }

// fit checks the configuration against the size of the problem.
func (c Config) fit(p *Problem) error {
	if n := p.Train.Len(); c.BatchSize > n {
		return fmt.Errorf("batch_size is %d, but there are only %d training examples; choose a smaller one", c.BatchSize, n)
	}
	return nil
}

// FitDevices reports a number of devices that can't share a batch evenly.
func (c Config) FitDevices(devices int) error {
	if devices > 0 && c.BatchSize%(devices*c.parts()) == 0 {
		return nil
	}
	if c.parts() > 1 {
		return fmt.Errorf("%d devices can't share %d parts of a batch of %d evenly; choose other numbers of devices or parts", devices, c.parts(), c.BatchSize)
	}
	return fmt.Errorf("%d devices can't share a batch of %d evenly; choose a number of devices that divides batch_size", devices, c.BatchSize)
}
