package train

import (
	"fmt"
	"math"
)

// Interrupted says that the context was cancelled. The state of the run is saved.
type Interrupted struct {
	Step, Steps int
	Dir         string // run folder, "" if the run keeps nothing
	Resume      string // what to type to go on, may be empty
}

// Error implements error.
func (e *Interrupted) Error() string {
	switch at := fmt.Sprintf("interrupted after step %d of %d", e.Step, e.Steps); {
	case e.Dir == "":
		return at + "; this run has no folder, so nothing was saved"
	case e.Resume == "":
		return at + "; the state is saved in " + e.Dir + ", and the same call resumes it"
	default:
		return at + "; the state is saved in " + e.Dir + ", and it is resumed by " + e.Resume
	}
}

// NonFinite says that a number of the training became NaN or infinite. Checkpoints hold finite values only.
type NonFinite struct {
	Step     int     // step, counted from 1, that met the number
	What     string  // "loss", "gradient", "value" or "validation <metric>"
	Value    float64 // NaN or +-Inf
	Variable string  // path of the first variable concerned, "" if none is

	LearningRate float64 // of the step
	Checkpoint   string  // path of the last good checkpoint, "" if there is none
}

// Error implements error.
func (e *NonFinite) Error() string {
	number := "infinite"
	if math.IsNaN(e.Value) {
		number = "NaN"
	}
	text := fmt.Sprintf("training stopped at step %d: ", e.Step)
	switch {
	case e.What == "gradient" || e.What == "value":
		text += fmt.Sprintf("the %s of %s is %s", e.What, e.Variable, number)
	case e.Variable != "":
		text += fmt.Sprintf("the %s is %s, and the first variable with a non-finite gradient is %s", e.What, number, e.Variable)
	default:
		text += fmt.Sprintf("the %s is %s", e.What, number)
	}
	text += fmt.Sprintf("; try a lower learning_rate (it was %.3g at this step), more warmup_steps, or a smaller clip_norm", e.LearningRate)
	if e.Checkpoint != "" {
		return text + "; the last good checkpoint is " + e.Checkpoint
	}
	return text + "; there is no checkpoint yet"
}

// Locked says that another process trains in the run folder.
type Locked struct {
	Dir string
	PID int // 0 if it could not be read
}

// Error implements error.
func (e *Locked) Error() string {
	owner := "another process"
	if e.PID > 0 {
		owner = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("%s is already at work in %s; wait for it, stop it, or choose another output folder", owner, e.Dir)
}
