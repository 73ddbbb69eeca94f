package baseline

import "fmt"

// checkSizes checks a task.
func checkSizes(model string, history, horizon, variates int) error {
	return checkPositive(model, size{"history", history}, size{"horizon", horizon}, size{"number of variates", variates})
}

// checkEncoder checks what the models built of encoder layers have in common.
func checkEncoder(model string, layers, width, hidden int, dropout float64) error {
	if err := checkPositive(model, size{"layers", layers}, size{"d_model", width}, size{"hidden", hidden}); err != nil {
		return err
	}
	return checkDropout(model, dropout)
}

type size struct {
	name  string
	value int
}

func checkPositive(model string, sizes ...size) error {
	for _, size := range sizes {
		if size.value < 1 {
			return fmt.Errorf("%s: %s is %d: it must be 1 or more", model, size.name, size.value)
		}
	}
	return nil
}

func checkHeads(model string, width, heads int) error {
	if heads < 1 || width%heads != 0 {
		return fmt.Errorf("%s: heads is %d with d_model %d: use a number of heads that divides d_model", model, heads, width)
	}
	return nil
}

func checkDropout(model string, dropout float64) error {
	if !(dropout >= 0 && dropout < 1) {
		return fmt.Errorf("%s: dropout is %g: it must be at least 0 and below 1", model, dropout)
	}
	return nil
}
