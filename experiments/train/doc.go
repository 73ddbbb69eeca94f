// Package train is the training loop: it takes a [Problem] (a loss and scores as graph functions, over
// data that stays on the device) and a [Config] (AdamW and its schedule) and gives an [Outcome] (the
// weights after the last step and those with the best validation score).
//
//	outcome, err := train.Run(ctx, backend, problem, train.Default(), train.RunOptions{Seed: 1, Dir: dir})
//	...
//	score, err := outcome.Evaluate(ctx, outcome.Best, problem.Test)
//
// An example is one int32 index. A step sends the indices of a batch and three numbers (learning rate
// and bias corrections) to the device and gets the loss and the gradient norms back; windows are gathered
// there. What doesn't fit on the device, or is made anew each time, as augmented pictures are, comes by
// [Problem].Feed, which makes the next batches while the device is at work.
//
// # What is guaranteed
//
//   - Determined by the seed: initial values, dropout and batch order. The same seed, program and
//     machine give the same weights.
//   - Interruptible: after a cancelled context, a crash or SIGKILL, the same call goes on from the last
//     checkpoint, and on a CPU ends with the bits of the uninterrupted run: weights, best checkpoint,
//     and log but for the times.
//   - Nothing good is lost: checkpoints are replaced atomically, carry a checksum, the one before is kept,
//     and values that are not finite are never saved.
//   - Honest scores: every example of a range is counted, and sums are taken in float64.
//
// # For classifiers
//
// [CrossEntropy] takes soft targets, [Missed] counts what is not among the k best. [Config].EMA keeps a moving average of the
// weights and scores that, [Config].Accumulate computes a batch in parts, [Group] makes exceptions from weight decay, which
// vectors never have.
//
// # Several devices
//
// With [RunOptions].Devices each of n devices has the data and the variables, and takes its part of every batch: the first has
// the first B/n examples, and so on. Loss and gradients are averaged over the devices before the optimiser's step, which
// all take alike. A loss that depends on the whole batch, or draws random numbers for its examples, must say so by
// package parallel; the models of this project do. Then the results are those of one device but for roundings. A
// run may be broken off and go on with another number of devices.
//
// # The run folder
//
//	lock                                       held while a process trains here; names its pid
//	log.jsonl                                  one [Entry] a line
//	checkpoint/step-00000500.safetensors       the two newest checkpoints
//
// A checkpoint is a safetensors file: variables under their paths, the best weights under "best", the
// state of the loop, a format version, the key of the experiment and a SHA-256 in the metadata.
package train
