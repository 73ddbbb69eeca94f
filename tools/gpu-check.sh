#!/bin/sh
# Holds the scan against its reference on an NVIDIA GPU, and measures there scan, block, training step, and how many pictures a
# second ViM2-T, S and B take, forward and in training, in float32 and bfloat16, by batch: those of $BATCHES, 1,32,128 if not set.
#
# The CUDA plugin is that of $GOMLX_BACKEND if it is set, else the installed one, else that of pip's jax-cuda packages.
# Where there is no Go, bin/ssm.test is run, which `go test -c -o bin/ssm.test ./ssm` builds elsewhere.
set -eu

if ! nvidia-smi -L >/dev/null 2>&1; then
	echo 'Skipped: there is no NVIDIA GPU here, or its driver does not answer nvidia-smi.'
	exit 0
fi
echo "GPU: $(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader)"

# Prints the plugin of pip's packages, and on a second line the folders of the CUDA libraries that came with it.
pip_plugin() {
	python3 - <<-'PYTHON'
		import glob, importlib.util, os
		for name in ("xla_cuda13", "xla_cuda12"):
		    spec = importlib.util.find_spec("jax_plugins." + name) if importlib.util.find_spec("jax_plugins") else None
		    if spec:
		        here = os.path.dirname(spec.origin)
		        site = os.path.dirname(os.path.dirname(here))
		        print(os.path.join(here, "xla_cuda_plugin.so"))
		        print(":".join(glob.glob(site + "/nvidia/*/lib")))
		        break
	PYTHON
}

if [ -z "${GOMLX_BACKEND:-}" ]; then
	GOMLX_BACKEND=xla:cuda
	if ! GOMLX_BACKEND=xla:cuda bin/mambamixer doctor >/dev/null 2>&1; then
		found=$(pip_plugin)
		plugin=$(echo "$found" | head -n 1)
		if [ -z "$plugin" ]; then
			echo 'There is a GPU, but no CUDA plugin: install one by go-xla'"'"'s cmd/pjrt_installer, or by pip install "jax[cuda13]".'
			exit 1
		fi
		GOMLX_BACKEND=xla:$plugin
		LD_LIBRARY_PATH=$(echo "$found" | tail -n 1):${LD_LIBRARY_PATH:-}
		export LD_LIBRARY_PATH
		[ -d /usr/local/cuda ] && XLA_FLAGS="${XLA_FLAGS:-} --xla_gpu_cuda_data_dir=/usr/local/cuda" && export XLA_FLAGS
		GOPJRT_CUDA_CHECKS=no # of folders that pip lays out in another way
		export GOPJRT_CUDA_CHECKS
	fi
fi
export GOMLX_BACKEND
echo "Plugin: $GOMLX_BACKEND"

# The reference is exact to float32, matrix products in TF32 are not.
tests='TestScan|TestStep|TestConvolve|TestCrossScan|TestSequences'
if command -v go >/dev/null; then
	GOMLX_BACKEND=$GOMLX_BACKEND,tf32=false go test -timeout 30m -run "$tests" ./ssm
else
	(cd ssm && GOMLX_BACKEND=$GOMLX_BACKEND,tf32=false ../bin/ssm.test -test.timeout 30m -test.run "$tests")
fi
bin/mambamixer bench scan step block
bin/mambamixer bench throughput -batches "${BATCHES:-1,32,128}"
