// Package pipeline makes batches of a split of labelled pictures: decodes and augments in parallel, always in the same
// order and with the same numbers.
//
//	train, err := pipeline.Open(ctx, set.Train, pipeline.Options{})
//	for _, problem := range train.Skipped() { ... }          // pictures that can't be decoded, by name
//	batch, err := train.Train(ctx, recipe, classes, seed, epoch, indices)
//
// # Pictures that can't be decoded
//
// Open decodes every picture once, so that nothing is found out in the middle of a training. By default those that can't be
// decoded are left out and counted, and the split is that much smaller: what is trained on, and how many test pictures
// count, is known from the start and the same each time. With Options.Strict the first one is an error. Going through
// ImageNet takes some minutes on the processors that a GPU comes with; what fits into Options.Memory stays decoded, which
// is all of a small set.
//
// # Who waits for whom
//
// A batch is made by as many workers as there are processors. The training makes the next batch while the device is at
// work on the last one, see package train; `mambamixer bench input` measures what this end can do.
package pipeline
