// Package run runs notebooks without a browser and without Python, and compares what they show with what they showed
// before.
//
//	notebook, err := ipynb.Read(path)
//	err = run.Notebook(ctx, notebook, filepath.Dir(path), run.Options{Start: start, Limit: 5 * time.Minute})
//	err = errors.Join(err, notebook.Write(path)) // with what was shown, also after an error
//
// The cells run one after the other in one new kernel, as "Restart Kernel and Run All Cells" does, up to the first that
// fails. Three tags of a cell, which JupyterLab shows under "Cell Tags", say otherwise:
//
//	raises-exception   the cell may fail, and the next one runs
//	skip-execution     the cell does not run and keeps its outputs; for what needs a person at a browser
//	live               the cell's outputs differ from run to run; see below
//
// A cell that runs longer than the limit is interrupted, which gives it five seconds to save, and if that does not end it,
// its kernel is killed. Of what a cell shows a certain size is kept. Lines that a program overwrote by a carriage return,
// as progress bars do, are kept as they ended.
//
// # What has to be the same
//
// [Compare] holds a new run against the outputs in the file. It looks at code cells by their ids:
//
//   - what was printed on standard output, as one text;
//   - what was shown: text of all kinds by its characters, PNG pictures by their pixels, all else by its bytes;
//   - an error, by its name and message.
//
// Standard error is for remarks and not compared. Of a cell with the tag "live" it compares of which MIME types the things
// shown are, and whether there was output and an error at all: times, progress and numbers that depend on the machine
// belong into such cells.
package run
