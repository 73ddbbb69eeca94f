// Package nb is what cells of a notebook call: few names, each for something that every notebook needs.
//
//	b := nb.Backend()                                         // where graphs run
//	spec := nb.Must(experiments.Find("tsm2/ETTh1/96"))        // a value, or the end of the cell with the reason
//	nb.Table(result.Compare("Test errors", record))           // a table of results
//	nb.Show(nb.Must(plots.TrainingCurve(t)))                  // a figure
//	nb.Picture(filepath.Join(finished.Dir, "forecast.png"))   // a picture from a file
//
// A mistake ends the cell with a sentence, never with a stack trace. In a program outside of a notebook the same calls
// print tables as text and leave pictures out.
//
// Nothing here waits for a person: notebooks also run where no browser is.
package nb
