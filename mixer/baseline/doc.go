// Package baseline holds the rivals: the forecasters that the tables show beside TSM2.
//
// Naive and linear; variates share one set of weights and don't see each other:
//
//	Repeat        ŷ = x_L
//	NLinear       ŷ = x_L + Linear(x - x_L)
//	DLinear       ŷ = Linear(trend(x)) + Linear(x - trend(x))
//
// Deep:
//
//	PatchTST      attention over the patches of each variate; variates don't see each other
//	TSMixer       perceptrons along time and along variates
//	Transformer   one attention layer over variates, a linear head; with RevIN and trained by SAM it is SAMFormer
//	ITransformer  Transformer layers over variates
//	SMamba        Mamba blocks over variates, in both directions
//
// Each is a configuration with the same two methods: Validate checks a task, Forecast builds the graph
// from x [B, L, M] (B windows, L history steps, M variates) to [B, H, M] (H the horizon). NLinear and DLinear are
// those of "Are Transformers Effective for Time Series Forecasting?" (Zeng et al., AAAI 2023), weights and biases
// starting uniform in ±1/sqrt(L), torch's Linear default, as in the authors' code. The others name their paper.
// Structure and initial values follow the authors' code where the paper leaves them open; what differs is said.
package baseline
