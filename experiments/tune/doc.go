// Package tune searches for hyper-parameters on validation data.
//
// A search takes some specs, settings to try on all of them, and folds of rolling-origin cross-validation (see
// ltsf.Split.Fold). Every setting is trained on every spec, fold and seed as an ordinary run, so that a search can be
// stopped and resumed like a sweep; no run of it sees a test row. Settings are compared by the geometric mean of their
// errors' ratios to those of the specs as they are: specs and folds count alike, whatever the size of their errors.
//
// A single validation block ranks settings poorly where a series drifts, as ETTh1 and ETTh2 do: ask for several folds.
package tune
