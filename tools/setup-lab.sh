#!/bin/sh
# Installs JupyterLab, with the kernel of this project, into .venv-lab and nowhere else. `make setup-lab` runs it from the
# repository root, after `make setup-notebooks`.
set -eu

jupyterlab=4.6.6
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
bin/mambamixer kernel install -prefix $venv
