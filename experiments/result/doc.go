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
// [Scan] collects the records below a folder, and a [Table] shows them as aligned text or Markdown.
// The package is a leaf: it imports nothing else of this module.
package result
