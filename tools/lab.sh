#!/bin/sh
# Opens JupyterLab on notebooks/, with the kernel of this project. `make lab` runs it from the repository root, after
# `make setup-lab`; its arguments are JupyterLab's.
set -eu

gopls=v0.23.0

# gopls completes names. It needs other versions of modules than tools/go.mod has, and cells run without it.
if [ ! -x bin/gopls ]; then
	GOBIN="$PWD/bin" go install golang.org/x/tools/gopls@$gopls || echo "gopls $gopls can't be built: names in cells are not completed."
fi

[ "$(id -u)" != 0 ] || set -- --allow-root "$@"
exec .venv-lab/bin/jupyter lab --ServerApp.root_dir=notebooks --MultiKernelManager.default_kernel_name=mambamixer \
	--LabApp.extension_manager=readonly "$@"
