// Package nb is what cells of a notebook call: few names, each for something that every notebook needs.
//
//	b := nb.Backend()                                         // where graphs run
//	spec := nb.Must(experiments.Find("tsm2/ETTh1/96"))        // a value, or the end of the cell with the reason
//	run := nb.Train(spec)                                     // trains, with a live curve; goes on with what was stopped
//	records := nb.Sweep(3, spec, other)                       // the same for many, from three seeds
//	run := nb.Finished(spec)                                  // what Train has left, in a later cell
//	nb.Table(result.Compare("Test errors", run.Record))       // a table of results
//	nb.Table(nb.Load("table7").Table)                         // the results that are kept with the code
//	nb.Table(nb.Inspect(run).Table())                         // what the model computes on its way, by name
//	nb.Show(nb.Must(plots.TrainingCurve(t)))                  // a figure
//	nb.Picture(filepath.Join(run.Dir, "forecast.png"))        // a picture from a file
//
// [Progress] and [LiveCurve] show how work of your own goes on; they change in place, twice a second at most.
//
// A mistake ends the cell with a sentence, never with a stack trace. In a program outside of a notebook the same calls
// print tables as text and leave pictures out.
//
// # Runs
//
// A cell is a program that ends when its kernel does, and after an interrupt it has five seconds. So [Train] lets the
// command `mambamixer run` do the work, in a process of its own, and only looks on: at the log and the record in the run's
// folder below [Runs]. An interrupt of the cell is handed on and stops the run; the end of the kernel is not. What an
// edit of a package changes counts in the run too, for the command is built anew before it starts one.
//
// Nothing here waits for a person: notebooks also run where no browser is. There, what is shown is what it comes to.
// Figures are made small, since notebooks are kept with them.
package nb
