#!/bin/sh
# Opens JupyterLab on notebooks/, with the kernel of this project. `make lab` runs it from the repository root, after
# `make setup-notebooks`; its arguments are JupyterLab's. JupyterLab and the kernel live in .venv-lab and nowhere else.
set -eu

jupyterlab=4.6.6
gopls=v0.23.0
venv=.venv-lab

# The environment is made once, and anew for another version.
if [ "$(cat $venv/version 2>/dev/null)" != $jupyterlab ]; then
	echo "JupyterLab $jupyterlab is installed into $venv, once ..."
	rm -rf $venv
	if ! python3 -m venv $venv; then
		echo "missing: python3 with venv, in which JupyterLab is installed"
		echo "  Debian, Ubuntu: sudo apt-get install python3-venv"
		echo "  Fedora:         sudo dnf install python3"
		echo "  macOS:          brew install python"
		exit 1
	fi
	echo '*' > $venv/.gitignore # git shall not see it
	$venv/bin/python -m pip install --quiet --disable-pip-version-check jupyterlab==$jupyterlab
	# JupyterLab would ask at every start whether it may fetch news.
	mkdir -p $venv/etc/jupyter/labconfig
	echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' > $venv/etc/jupyter/labconfig/page_config.json
	echo $jupyterlab > $venv/version
fi

# gopls completes names. It needs other versions of modules than tools/go.mod has, and cells run without it.
if [ ! -x bin/gopls ]; then
	GOBIN="$PWD/bin" go install golang.org/x/tools/gopls@$gopls || echo "gopls $gopls can't be built: names in cells are not completed."
fi

bin/mambamixer kernel install -prefix $venv
[ "$(id -u)" != 0 ] || set -- --allow-root "$@"
exec $venv/bin/jupyter lab --ServerApp.root_dir=notebooks --MultiKernelManager.default_kernel_name=mambamixer \
	--LabApp.extension_manager=readonly "$@"
