# Plain make and sh. `make` alone prints what there is.
.POSIX:
.PHONY: help setup build run test lint bench clean

# What `make run` trains, and how much of it: a spec, a tier (smoke, cpu or paper) and more flags.
SPEC = tsm2/ETTh1/96
TIER = cpu
ARGS =
# Which benchmarks `make bench` runs (a regular expression) and in which packages.
BENCH = .
PKGS  = ./...

help:
	@echo 'make setup   check the tools, install XLA for the CPU without root, build bin/mambamixer'
	@echo 'make run     set up, then train and test TSM2 on ETTh1 (SPEC=name TIER=smoke|cpu|paper ARGS=flags)'
	@echo 'make test    set up, then run every test'
	@echo 'make lint    gofmt, go vet and staticcheck'
	@echo 'make bench   run the benchmarks (BENCH=regexp PKGS=packages)'
	@echo 'make build   build bin/mambamixer only'
	@echo 'make clean   remove what was built; runs, data and the XLA plugin stay'

setup:
	@sh tools/setup.sh

build:
	go build -o bin/mambamixer ./cmd/mambamixer

run: setup
	bin/mambamixer run $(SPEC) -tier $(TIER) $(ARGS)

test: setup
	go test -timeout 15m ./...

lint:
	@files=$$(gofmt -l .) && { [ -z "$$files" ] || { echo "not formatted, run gofmt -w on: $$files"; exit 1; }; }
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

bench: setup
	go test -run '^$$' -bench '$(BENCH)' -benchmem -p 1 -timeout 60m $(PKGS)

clean:
	rm -rf bin
