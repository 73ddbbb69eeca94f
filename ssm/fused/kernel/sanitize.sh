#!/bin/sh
# Builds the kernels with the address and undefined-behaviour sanitizers, and again with the thread sanitizer, and runs
# them over many shapes. CC chooses the compiler.
set -e
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
for sanitizers in address,undefined thread; do
  ${CC:-cc} -O1 -g -std=gnu11 -fno-sanitize-recover=all -fsanitize=$sanitizers \
    -o "$build/driver" testdata/driver.c scan.c conv.c arena.c pool.c scan_avx512.c scan_avx512_narrow.c scan_avx2.c scan_portable.c -lpthread -lm
  echo "$sanitizers: $("$build/driver")"
done
