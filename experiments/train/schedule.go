package train

import "math"

// learningRate gives the learning rate of a step, counted from 0: linear warm-up, then half a cosine that
// ends at LearningRate*FinalLRFactor on the last step.
func (c Config) learningRate(step int) float64 {
	if step < c.WarmupSteps {
		return c.LearningRate * float64(step+1) / float64(c.WarmupSteps)
	}
	progress := float64(step-c.WarmupSteps) / float64(max(1, c.Steps-1-c.WarmupSteps))
	cosine := (1 + math.Cos(math.Pi*progress)) / 2
	return c.LearningRate * (c.FinalLRFactor + (1-c.FinalLRFactor)*cosine)
}
