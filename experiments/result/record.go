package result

import (
	"errors"
	"fmt"
	"math"
)

// Status says how a run ended.
type Status string

// The states of a run.
const (
	Done        Status = "done"        // trained and tested
	Failed      Status = "failed"      // stopped by an error, named in Record.Error
	Interrupted Status = "interrupted" // stopped by the user; the same command resumes it
)

// Record is what came out of one run: the content of result.json.
type Record struct {
	Spec   string   `json:"spec"` // name of the experiment
	Key    string   `json:"key"`  // hash of the resolved spec and the data's checksums, see Key
	Seed   uint64   `json:"seed"`
	Tier   string   `json:"tier"`          // smoke, cpu or paper; tiers are never mixed in one table cell
	Set    []string `json:"set,omitempty"` // fields of the spec changed by hand, "path=value"; none for the spec as it is listed
	Status Status   `json:"status"`
	Error  string   `json:"error,omitempty"` // why it failed, a sentence

	Model   string  `json:"model"`
	Data    Dataset `json:"data"`
	History int     `json:"history"` // time steps seen
	Horizon int     `json:"horizon"` // time steps predicted

	// Of a classifier of pictures, which has no history and no horizon: the width and height that it sees, in pixels, and how
	// many pictures could not be decoded and were left out of all splits.
	Size    int `json:"size,omitempty"`
	Skipped int `json:"skipped,omitempty"`
	// Sizes has the test scores of the weights of Last on pictures of other sizes, where the spec asks for them.
	Sizes []SizeScores `json:"sizes,omitempty"`
	// Curve is the course of a classifier's training, in some dozens of points.
	Curve []CurvePoint `json:"curve,omitempty"`

	// Last holds the test scores of the weights after the last step, Best those of the weights with the
	// lowest validation error. A model that is not trained has Last alone.
	Last *Scores `json:"last,omitempty"`
	Best *Scores `json:"best,omitempty"`
	// Val holds the validation scores of the weights of Last, over every validation window.
	Val *Scores `json:"val,omitempty"`

	Parameters int     `json:"parameters"`         // trainable numbers
	Seconds    float64 `json:"seconds"`            // wall time of training and validation
	Steps      int     `json:"steps"`              // optimiser steps taken
	BestStep   int     `json:"best_step"`          // the step of Best, 0 if there was no validation
	PeakRSS    int64   `json:"peak_rss,omitempty"` // highest resident memory of the process, bytes

	// What a training step costs, without compilation, evaluation and checkpoints: the median of the seconds, without the
	// first steps, and the distance of their quartiles, over the steps of the process that ended the run; and the
	// floating-point operations, 0 if they can't be counted. A model that is not trained has none of them.
	StepSeconds float64 `json:"step_seconds,omitempty"`
	StepIQR     float64 `json:"step_iqr,omitempty"`
	StepFLOPs   int64   `json:"step_flops,omitempty"`
	// StepWait is how long of StepSeconds a step waited for its batch, where batches are made while training.
	StepWait float64 `json:"step_wait,omitempty"`

	Paper    *Published `json:"paper,omitempty"`    // the published value, if there is one
	Env      string     `json:"env"`                // Env.Summary of the machine
	Versions string     `json:"versions,omitempty"` // Env.Versions
	Commit   string     `json:"commit,omitempty"`   // Env.Commit
	Date     string     `json:"date"`               // end of the run, RFC 3339, UTC
}

// Dataset identifies the data of a run without saying where it lay.
type Dataset struct {
	Name      string `json:"name"`
	Source    string `json:"source"` // official origin, never a local path
	SHA256    string `json:"sha256"`
	Synthetic bool   `json:"synthetic"` // generated stand-in data
}

// Scores are test errors in the protocol's units. A forecaster has MSE and MAE, means over every window, time step and
// variate, and one of sales in a hierarchy the WRMSSE besides, see package m5; a classifier the shares of pictures whose class
// is its first guess or among its first five, and its cross-entropy; one of pixels the mean intersection over union, with Top1 for
// the share of right pixels in the mean picture. A detector has the precisions of its boxes and masks, and its loss.
type Scores struct {
	MSE     float64    `json:"mse,omitempty"`
	MAE     float64    `json:"mae,omitempty"`
	WRMSSE  float64    `json:"wrmsse,omitempty"`
	Top1    float64    `json:"top1,omitempty"`
	Top5    float64    `json:"top5,omitempty"`
	Loss    float64    `json:"loss,omitempty"`
	MIoU    float64    `json:"miou,omitempty"` // over the classes that are there or guessed
	Boxes   *Precision `json:"boxes,omitempty"`
	Masks   *Precision `json:"masks,omitempty"`
	IoU     []ClassIoU `json:"iou,omitempty"`
	Windows int        `json:"windows"` // test windows or pictures counted; all of them
}

// Precision is a mean average precision as COCO has it, from 0 to 1: over all thresholds of the overlap, and at 0.50 and 0.75; see
// package ap.
type Precision struct {
	AP   float64 `json:"ap"`
	AP50 float64 `json:"ap50"`
	AP75 float64 `json:"ap75"`
}

// Precisions lists a detector's: AP, AP50 and AP75 of boxes, then of masks.
func (s *Scores) Precisions() [6]float64 {
	b, m := s.Boxes, s.Masks
	return [6]float64{b.AP, b.AP50, b.AP75, m.AP, m.AP50, m.AP75}
}

// ClassIoU is the intersection over union of a class: of the pixels that are of it by truth or by guess, the share that are by both,
// over all test pictures.
type ClassIoU struct {
	Class string  `json:"class"`
	IoU   float64 `json:"iou"`
}

// SizeScores are the scores on pictures of a width and height, in pixels.
type SizeScores struct {
	Size int `json:"size"`
	Scores
}

// CurvePoint is where a training stood after a step: the mean training loss since the point before, or since one further
// back if these are few steps, and, where the validation pictures were looked at, their cross-entropy and the share of them
// whose class is the first guess.
type CurvePoint struct {
	Step    int     `json:"step"`
	Loss    float64 `json:"loss"`
	ValLoss float64 `json:"val_loss,omitempty"` // 0 = not looked at
	ValTop1 float64 `json:"val_top1,omitempty"`
}

// Published is a value from the literature that a result is held against.
type Published struct {
	MSE      float64 `json:"mse,omitempty"`
	MAE      float64 `json:"mae,omitempty"`
	Source   string  `json:"source"`   // paper and table
	Protocol string  `json:"protocol"` // what was measured there, if it differs from ours
}

// Classifies says whether the run is one of a classifier, of pictures or of their pixels, or of a detector.
func (r *Record) Classifies() bool { return r.Size > 0 }

// Segments says whether the run is one of a classifier of pixels.
func (r *Record) Segments() bool {
	scores := r.Headline()
	return scores != nil && len(scores.IoU) > 0
}

// Detects says whether the run is one of a detector.
func (r *Record) Detects() bool {
	scores := r.Headline()
	return scores != nil && scores.Boxes != nil
}

// Weighted says whether the run is one of sales, whose error is the WRMSSE.
func (r *Record) Weighted() bool {
	scores := r.Headline()
	return scores != nil && scores.WRMSSE != 0
}

// check reports a record that can't be what a run wrote.
func (r *Record) check() error {
	switch {
	case r.Spec == "" || r.Key == "":
		return errors.New("it names no spec or no key")
	case r.Status != Done && r.Status != Failed && r.Status != Interrupted:
		return fmt.Errorf("its status is %q", r.Status)
	case r.Status == Done && (r.Last == nil || r.Last.Windows < 1 || math.IsNaN(r.Last.MSE+r.Last.WRMSSE)):
		return errors.New("it is done, but has no test scores")
	case r.Last != nil && (r.Last.Boxes == nil) != (r.Last.Masks == nil):
		return errors.New("it has the average precision of boxes without that of masks, or the reverse")
	}
	return nil
}

// Headline gives the scores that a table shows, those of Last, or nil if the run has none.
// A run with a fixed budget of steps needs no choice of checkpoint; Best is reported beside it.
func (r *Record) Headline() *Scores {
	if r.Last != nil {
		return r.Last
	}
	return r.Best
}

// TestError is what tables compare, lower is better: the test MSE of a forecaster, of one of sales the WRMSSE, the share of test
// pictures whose class is not a classifier's first guess, of one of pixels 1 less the mean intersection over union, of a detector 1
// less the average precision of its boxes; NaN of a run without scores.
func (r *Record) TestError() float64 {
	switch scores := r.Headline(); {
	case scores == nil:
		return math.NaN()
	case r.Segments():
		return 1 - scores.MIoU
	case r.Detects():
		return 1 - scores.Boxes.AP
	case r.Classifies():
		return 1 - scores.Top1
	case r.Weighted():
		return scores.WRMSSE
	default:
		return scores.MSE
	}
}

// Outcome is the test error in words: "MSE 0.3660", "WRMSSE 0.6400", "top-1 71.20 %" or "mIoU 48.60 %" of a classifier, or
// "box AP 47.10 %, mask AP 42.40 %".
func (r *Record) Outcome() string {
	switch {
	case r.Segments():
		return fmt.Sprintf("mIoU %.2f %%", 100*(1-r.TestError()))
	case r.Detects():
		return fmt.Sprintf("box AP %.2f %%, mask AP %.2f %%", 100*(1-r.TestError()), 100*r.Headline().Masks.AP)
	case r.Classifies():
		return fmt.Sprintf("top-1 %.2f %%", 100*(1-r.TestError()))
	}
	return r.Measure() + " " + Error(r.TestError())
}

// Measure names the test error of a forecaster: MSE or WRMSSE.
func (r *Record) Measure() string {
	if r.Weighted() {
		return "WRMSSE"
	}
	return "MSE"
}

// Ratio gives our MSE over the published one, below 1 if ours is lower; 0 if either is missing.
func (r *Record) Ratio() float64 {
	scores := r.Headline()
	if scores == nil || r.Paper == nil || r.Paper.MSE == 0 {
		return 0
	}
	return scores.MSE / r.Paper.MSE
}
