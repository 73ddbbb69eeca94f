#!/bin/sh
# Builds what cells of notebooks need into bin/: GoNB, which runs them, and goimports, which completes their imports.
# `make setup-notebooks` runs it from the repository root, after `make setup`. It needs no root and no Python.
set -eu

# tools/go.mod pins the versions. The modules of the project are fetched now, because cells fetch nothing.
bin=$PWD/bin
(cd tools && GOBIN="$bin" go install github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports)
go mod download
echo "Ready: bin/gonb and bin/goimports are built; mambamixer notebook runs notebooks, mambamixer kernel install shows them in Jupyter."
