// Package baseline holds the naive and linear forecasters that every forecasting table shows beside its models.
//
//	Repeat   ŷ = x_L                                       no parameters
//	NLinear  ŷ = x_L + Linear(x - x_L)                     H·L + H parameters
//	DLinear  ŷ = Linear(trend(x)) + Linear(x - trend(x))   2(H·L + H) parameters
//
// Each is a configuration with the same two methods: Validate checks a task, Forecast builds the graph
// from x [B, L, M] (B windows, L history steps, M variates) to [B, H, M] (H the horizon). Variates
// share one set of weights and don't see each other. NLinear and DLinear are those of "Are Transformers
// Effective for Time Series Forecasting?" (Zeng et al., AAAI 2023), weights and biases starting
// uniform in ±1/sqrt(L), torch's Linear default, as in the authors' code.
package baseline

import "fmt"

func checkSizes(model string, history, horizon, variates int) error {
	for _, size := range []struct {
		name  string
		value int
	}{{"history", history}, {"horizon", horizon}, {"number of variates", variates}} {
		if size.value < 1 {
			return fmt.Errorf("%s: %s is %d: it must be 1 or more", model, size.name, size.value)
		}
	}
	return nil
}
