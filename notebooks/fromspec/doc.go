// Package fromspec writes a notebook for a spec of the registry: what it is, what it trains, the run, its table and its
// figures. It is a beginning to change.
//
//	notebook := fromspec.New(spec, experiments.Smoke)
//	err := notebook.Write(fromspec.FileName(spec))
package fromspec
