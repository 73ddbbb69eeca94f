// Package plots draws the figures of the project: pure functions from values to *plot.Plot, one figure per
// file, and [Save], which writes one plot or a column of them as PNG, SVG or PDF.
//
//	curve, err := plots.TrainingCurve(plots.Training{...})
//	...
//	err = plots.Save("training.png", plots.Wide, curve)
//
// All figures share a theme: sans-serif text, faint horizontal rules, a bold title and one row of keys
// above the data, and the eight colours of Okabe and Ito (2008), which people with any common form of
// colour blindness can tell apart. Lines that may lie over each other differ in dash as well as in colour.
//
// Charts with rows, such as [AblationBars], [CriticalDifference] and [HeatMap], and diagrams have a Size method that says how high they
// should be. Numbers become colours by Moreland's maps, which rise evenly in lightness.
//
// [Diagram] draws a model from its own description, package structure, so that the figure of a model changes with it.
//
// The package does not know how a run is made.
package plots
