#!/bin/sh
# Runs the tests that depend on the scan kernels again: as on processors with less than AVX-512, with the kernels off, and
# the kernels' own tests built with sanitizers. What asks for one method by name is left out where it would be the same.
set -eu

# What varies here is what computes a scan, not how XLA compiles what is around it: that is what the first run of the tests is for.
# Without its optimiser XLA compiles in two thirds of the time.
export XLA_FLAGS="${XLA_FLAGS:-} --xla_backend_optimization_level=0"

# variant NAME=VALUE SKIPPED PACKAGE...: tests with a setting in the environment.
variant() {
	setting=$1 skipped=$2
	shift 2
	echo "$setting"
	env "$setting" go test -count=1 -timeout 15m -skip "/^($skipped)\$|//^($skipped)\$" "$@"
}

graphs='sequential|associative|chunked'
variant MAMBAMIXER_SCAN=sequential "fused|$graphs" ./experiments/bench ./mixer/tsm2 ./ssm ./ssm/fused ./mixer
variant MAMBAMIXER_SCAN_ISA=portable "$graphs" ./ssm ./ssm/fused ./mixer ./mixer/tsm2
if grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
	variant MAMBAMIXER_SCAN_ISA=avx2 "$graphs" ./ssm ./ssm/fused ./mixer ./mixer/tsm2
fi

# A compiler may lack the sanitizers' libraries, and a kernel may place memory where they can't cope.
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
export CC="${CC:-$(go env CC)}"
echo 'int main(void) { return 0; }' > "$build/nothing.c"
for sanitizers in address,undefined thread; do
	if ! { $CC -fsanitize=$sanitizers -o "$build/nothing" "$build/nothing.c" && "$build/nothing"; } 2>/dev/null; then
		echo "skipped: the kernels' tests with sanitizers, because a program by \"$CC -fsanitize=$sanitizers\" doesn't build or run"
		exit 0
	fi
done
sh ssm/fused/kernel/sanitize.sh
