// Package ipynb reads and writes Jupyter notebooks so that the same notebook is always the same file.
//
//	notebook, err := ipynb.Read("notebooks/00_quickstart.ipynb")
//	notebook.Clear()                          // without outputs
//	err = notebook.Write("notebooks/00_quickstart.ipynb")
//
// The form is nbformat 4.5, written as Jupyter itself does: keys sorted, one space of indentation, text as a list of
// lines. What a file would gain by merely being run or looked at is left out: times of execution, the state of widgets,
// how far one scrolled, the version of Go. A cell without an id, or with that of another cell, gets one from its text. So
// a notebook that was saved by Jupyter and one that was written here differ in nothing but what a person changed.
//
// Cells keep their attachments, tags and all other metadata.
package ipynb
