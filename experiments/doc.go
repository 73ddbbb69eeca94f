// Package experiments says what is run and runs it.
//
// An experiment is a value, a [Spec]: a model, a data set with history and horizon, and how to train. [All] lists the
// specs, [Find] looks one up by its name, [Spec.Set] changes a field by its path in the JSON form, [Spec.At] sizes the
// training for a [Tier], and [Run] trains, tests and draws:
//
//	spec, err := experiments.Find("tsm2/ETTh1/96")
//	spec, err = spec.Set("model.layers", "1")
//	finished, err := experiments.Run(ctx, backend, spec, experiments.RunOptions{
//		Tier: experiments.CPU, Out: "runs", DataDirs: ltsf.SearchPath(""),
//	})
//	fmt.Println(finished.Record.Last.MSE, "on", finished.Record.Last.Windows, "test windows")
//
// The command `mambamixer run` does just that, and so does any program that imports this package.
//
// A [Study] is a question that several specs answer together, with the table that shows the answer: [Studies] lists them,
// package sweep runs them, and [Study.Cells] puts the records of their runs in their places.
//
// # Protocol
//
// A model sees 512 time steps (104 weeks on ILI) and predicts the horizon. Errors are taken on data standardised by the
// training rows, over every test window. The training budget is fixed; the table shows the weights after the last step,
// and those of the lowest validation error beside them. The deep rivals end with the latter, as their authors' do. The
// test split is read once, at the end. Sales and pictures have protocols of their own: see [Sales], [Pictures] and [Scenes].
//
// # Where things are
//
//	spec.go override.go registry.go   the value, its fields by path, the list
//	study.go table5.go table6.go table7.go ablations.go probe.go rivalsstudy.go cost.go   studies, one file per question
//	table2.go table3.go vim2ablation.go fig4.go fig5.go table8.go   those of pictures
//	ltsf.go recipe.go rivals.go       long-term forecasting: which models on which sets, and how each is trained
//	data.go task.go problem.go run.go from a spec to a problem to a finished run
//	pictures.go recognizers.go recognition.go   classifiers of pictures: tasks and training by data set; from pictures to a problem
//	scenes.go segmentation.go         classifiers of pixels, likewise
//	objects.go detection.go           detectors, likewise
//	sales.go                          forecasts of sales, with what is known beforehand
//	figures.go                        the training curve and a forecast
//	train/ result/ paper/ bench/      the loop; records and tables; published numbers; speed
//	flops/                            the operations of a graph, counted
//	sweep/ compare/ stats/            many runs; two sets of runs; what can be concluded
package experiments
