# Plain make and sh. `make` alone prints what there is.
.POSIX:
.PHONY: help setup setup-notebooks setup-lab check-notebooks e2e lab build run report smoke test test-thorough lint bench bench-against bench-peers gpu-check clean

# What `make run` trains, on which data set and horizons, from how many seeds, how much of it (smoke, cpu or paper), and
# more flags.
MODELS   = repeat nlinear dlinear tsm2-linear tsm2
SET      = ETTh1
HORIZONS = 96 192 336 720
SEEDS    = 2
TIER     = cpu
ARGS     =
# What `make smoke` goes through: every study.
STUDIES = table5 table6 table7 ablations probe rivals cost table2 table3 table4 vim2-ablation fig4 fig5 table8
# What `make bench` measures.
BENCH = scan conv block step
# The commit that `make bench-against` builds and compares with, and `make bench-peers` too if there is one.
COMMIT =
# More flags for JupyterLab, such as --no-browser.
LAB =
# More flags for `make bench-peers`, such as -lengths 96,196.
PEERS =

help:
	@echo 'make setup   check the tools, install XLA for the CPU without root, build bin/mambamixer'
	@echo 'make lab     set up, then open JupyterLab on notebooks/ with the Go kernel of this project (LAB="--no-browser")'
	@echo 'make setup-notebooks  set up, then build what notebooks need without a browser; make setup-lab brings JupyterLab too'
	@echo 'make check-notebooks  run every notebook at the smoke tier, and hold it against the outputs that it is kept with'
	@echo 'make e2e     set up, then use the first notebook in JupyterLab and Chromium; pictures of it go to runs/e2e'
	@echo 'make run     set up, then train and test TSM2 on ETTh1 beside its rivals (SET= HORIZONS= SEEDS= TIER= ARGS=)'
	@echo 'make report  write tables, tests and figures from the results in experiments/results, without training'
	@echo 'make smoke   go through every study in small, on generated data where there is no other, and report (some minutes)'
	@echo 'make test    set up, then run every test, those of the kernels also with narrower vectors and sanitizers'
	@echo 'make test-thorough  hold every combination of scan options and sizes against the reference (20 minutes)'
	@echo 'make lint    gofmt, go vet and staticcheck'
	@echo 'make bench   measure the scan, the convolutions and training steps (BENCH="scan conv block step")'
	@echo 'make bench-against COMMIT=...  train TSM2 by turns with this code and with that of another commit'
	@echo 'make bench-peers  measure it beside JAX and PyTorch and write docs/benchmarks.md (6 GB of Python packages)'
	@echo 'make gpu-check  on an NVIDIA GPU: hold the scan against the reference, measure scan, block, training step and ViM2'
	@echo 'make build   build bin/mambamixer only'
	@echo 'make clean   remove what was built; runs, data, the XLA plugin, .venv-lab and .venv-peers stay'

setup:
	@sh tools/setup.sh

setup-notebooks: setup
	@sh tools/setup-notebooks.sh

# From the start each time, and none of it beside the runs of the user.
check-notebooks: setup-notebooks
	rm -rf runs/notebooks
	MAMBAMIXER_TIER=smoke MAMBAMIXER_RUNS="$$PWD/runs/notebooks" bin/mambamixer notebook check notebooks/*.ipynb

setup-lab: setup-notebooks
	@sh tools/setup-lab.sh

e2e: setup-lab
	rm -rf runs/e2e
	go test -v ./notebooks/e2e -count=1 -lab $$PWD/.venv-lab -screenshots $$PWD/runs/e2e

lab: setup-lab
	@sh tools/lab.sh $(LAB)

build:
	go build -o bin/mambamixer ./cmd/mambamixer

# Without the data and without a way to fetch it, the run is on the generated set, under its own name.
run: setup
	@bin/mambamixer data get $(SET) || :
	@bin/mambamixer sweep $$(for h in $(HORIZONS); do for m in $(MODELS); do echo $$m/$(SET)/$$h; done; done) \
		-seeds $(SEEDS) -tier $(TIER) -stand-in $(ARGS)

# No run and no XLA: the records that are kept with the code are enough.
report: build
	bin/mambamixer report all

# From the start each time, since a run that is there is not run again.
smoke: setup
	rm -rf runs/smoke
	bin/mambamixer sweep $(STUDIES) -tier smoke -stand-in -jobs $$(getconf _NPROCESSORS_ONLN) -out runs/smoke
	bin/mambamixer report all -tier smoke -from runs/smoke -o runs/smoke/report

# The tests that depend on the scan kernels run again with narrower vectors, without the kernels, and with sanitizers. What takes
# longest goes first, so that it isn't left alone on one core at the end.
test: setup
	go test -timeout 15m ./ssm ./experiments ./cmd/mambamixer ./...
	sh tools/test-variants.sh

# Of the graph methods, whose programs take long to compile, `make test` takes a selection of combinations in which any
# three options take all their values.
test-thorough: setup
	go test -timeout 60m ./ssm -run 'TestScanOptions|TestScanSizes' -thorough

lint:
	@files=$$(gofmt -l .) && { [ -z "$$files" ] || { echo "not formatted, run gofmt -w on: $$files"; exit 1; }; }
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

bench: setup
	bin/mambamixer bench $(BENCH)

bench-against: setup
	@[ -n "$(COMMIT)" ] || { echo 'say which commit: make bench-against COMMIT=<hash>'; exit 1; }
	sh tools/against.sh "$(COMMIT)" bin/mambamixer bench against

# The environment is made once; git ignores it by its own .gitignore. Remove the folder to make it anew.
.venv-peers/done: experiments/bench/peers/requirements.txt
	python3 -m venv .venv-peers
	echo '*' > .venv-peers/.gitignore
	.venv-peers/bin/python -m pip install --quiet -r experiments/bench/peers/requirements.txt
	touch $@

bench-peers: setup .venv-peers/done
	@set -- bin/mambamixer bench peers -python .venv-peers/bin/python -o docs/benchmarks.md $(PEERS); \
	[ -z "$(COMMIT)" ] || set -- sh tools/against.sh "$(COMMIT)" "$$@"; \
	echo "$$*"; "$$@"

gpu-check: build
	sh tools/gpu-check.sh

clean:
	rm -rf bin
