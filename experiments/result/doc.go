// Package result is the memory of the experiments: what a run was, on which machine, and what came out.
//
// A run lives in a folder of its own, runs/<spec>/<key>/seed-<n>/ (see [Dir]), where key is a short
// hash of everything that decides the numbers (see [Key]). The folder holds
//
//	spec.json    what was asked for
//	env.json     what it ran on (an [Env])
//	result.json  what came out (a [Record])
//
// beside the log and the checkpoints of the training loop. Every file is replaced atomically (see
// [WriteAtomic]): a reader finds the old content or the new one, never a half.
//
// [Scan] collects the records below a folder, [WriteCSV] and [ReadCSV] keep them as a table of one row a run, and [Load]
// merges folders and files, of one machine or of many: the same run counts once, and two that ended differently are a
// [Conflict]. A [Filter] picks some of them. [Cell] is a place in a table with the runs that belong there, and a
// [Table] shows text, aligned or as Markdown.
//
// # The CSV form
//
// The first line names the columns, and every row starts with the version of the form, 2, and the study. Then: spec,
// changes (fields set by hand, path=value, joined by semicolons), data, history, horizon, model, tier, seed, key, status;
// test_mse, test_mae, test_windows of the weights after the last step; best_* of those with the lowest validation
// error; val_*, the validation scores of the former; best_step, steps, parameters, seconds (training and validation),
// peak_rss_bytes; step_seconds, step_iqr_seconds, step_flops, the median, the spread and the floating-point operations
// of a training step; synthetic, data_source, data_sha256; machine, versions, commit, date (UTC), error. Errors are means
// over windows, time steps and variates, on standardised data. Numbers read back as the same numbers.
//
// A file with runs of classifiers has version 3 and further columns: size, the side of the pictures in pixels; skipped,
// pictures that could not be decoded; step_wait_seconds, of step_seconds the time waiting for pictures; test_top1, test_top5 and test_loss, best_* and val_*, shares of right guesses and
// cross-entropy. Their windows are pictures, and their mse and mae are 0.
//
// A file with runs of classifiers of pixels has version 5 and of each split the mIoU and the intersection over union of each class more.
// A file with runs of detectors has version 6 and the average precisions of boxes and masks more, of the weights of last and best.
//
// A file with runs on sales has version 4 and the columns test_wrmsse, best_wrmsse and val_wrmsse more. Their mse and mae are of
// units divided by the scale of each series.
//
// The package is a leaf: it imports nothing else of this module.
package result
