// Package kernel is the Jupyter kernel of this project: stock GoNB, found, checked and started in such a way that a cell
// imports the project's packages without any preparation, offline, at the versions of the project's go.mod.
//
// GoNB (https://github.com/janpfeifer/gonb) keeps the declarations of all cells, makes a Go program of them, compiles and
// runs it: each cell is a process of its own. This package adds what a user would else have to know:
//
//	setup, err := kernel.Find(dir, where)                    // all that a kernel needs on this machine
//	folder, err := kernel.Install(prefix, launcher, setup)   // Jupyter then offers "MambaMixer (Go)"
//	err = kernel.Run(ctx, connectionFile, where)             // what Jupyter starts
//	process, err := setup.Start(dir, connectionFile, true)   // what runs notebooks without a browser
//
// [Find] looks for the folder of the module, upwards from the notebook's, then in $MAMBAMIXER_ROOT, then where the kernel
// was installed from, then around this program; for Go, goimports and gopls; and for a GoNB of exactly the version [GoNB],
// by what the Go linker wrote into it. When something is missing, [Run] is a kernel all the same: one whose every cell
// says what is missing and what to do.
//
// # What cells find in their environment
//
//	GOPROXY=off GOWORK unset     imports are resolved by go.mod and the module cache alone
//	GOFLAGS                      the user's without -mod and -modfile, and -ldflags='-s -w', which makes linking shorter
//	GOMLX_NO_AUTO_INSTALL=1      a running program downloads nothing
//	TMPDIR                       a folder of this kernel, gone when the kernel ends
//	MAMBAMIXER_ROOT              the folder of the module
//	MAMBAMIXER_NOTEBOOK          "browser", or "headless" where nobody can press a button
//
// A package that the module does not use yet is there for cells once `go get` in the module's folder has fetched it.
//
// The backend is chosen in the cell's process, as in every program of the project, by package backend. What was set at
// installation of $GOMLX_BACKEND, $PJRT_PLUGIN_LIBRARY_PATH and $MAMBAMIXER_DATA holds where the environment of the
// kernel says nothing else; an editor often starts kernels without the variables of the user's shell.
package kernel
