#!/bin/sh
# Gets this machine ready: checks the tools, brings XLA, builds bin/mambamixer. `make setup` runs it from the
# repository root. It needs no root, changes nothing outside the repository and the user's own folders, and may be
# run as often as one likes.
set -eu

missing=0

# lack WHAT DEBIAN FEDORA MACOS: names a missing tool and how to get it.
lack() {
	echo "missing: $1"
	echo "  Debian, Ubuntu: $2"
	echo "  Fedora:         $3"
	echo "  macOS:          $4"
}

# Go itself knows whether it is new enough for go.mod, or may fetch the toolchain that is.
if ! command -v go >/dev/null; then
	lack "Go 1.26.5 or newer" "see https://go.dev/doc/install" "see https://go.dev/doc/install" "brew install go"
	exit 1
elif ! reason=$(go list -m 2>&1); then
	echo "$reason"
	lack "Go 1.26.5 or newer; here is $(GOTOOLCHAIN=local go env GOVERSION)" \
		"see https://go.dev/doc/install" "see https://go.dev/doc/install" "brew upgrade go"
	missing=1
fi

# XLA is reached through cgo, which needs a C compiler with its headers.
if ! echo '#include <stdlib.h>' | $(go env CC) -x c -fsyntax-only - 2>/dev/null; then
	lack "a C compiler ($(go env CC) cannot compile against the C library)" \
		"sudo apt-get install gcc libc6-dev" "sudo dnf install gcc glibc-devel" "xcode-select --install"
	missing=1
elif [ "$(go env CGO_ENABLED)" != 1 ]; then
	echo "missing: cgo is switched off; run: go env -u CGO_ENABLED; unset CGO_ENABLED"
	missing=1
fi
[ "$missing" = 0 ] || exit 1

# Python only fetches the XLA plugin; without it the plugin must be there already or come from go-xla's installer.
if ! python3 -m pip --version >/dev/null 2>&1; then
	lack "python3 with pip, the usual way to fetch XLA; trying without" \
		"sudo apt-get install python3-pip" "sudo dnf install python3-pip" "brew install python"
fi

go run ./internal/setup
go build -o bin/mambamixer ./cmd/mambamixer
echo "Ready: bin/mambamixer is built."
