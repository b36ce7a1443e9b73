# The front doors; each only calls CMake. `make help` lists them.
BUILD := build/release
JOBS  := $(shell nproc 2>/dev/null || echo 2)

.PHONY: all demo test test-long bench bench-quick bench-sparse bench-long bench-audio configure venv install clean help

all: configure ## build build/release/inshi
	@cmake --build $(BUILD) -j $(JOBS)

configure:
	@tools/install_packages.sh build
	@cmake --preset release >/dev/null

demo: all ## build, factorize the article's picture, say where the pictures are
	@$(BUILD)/inshi demo -o build/demo --force

test: ## build and run every test (under 10 minutes)
	@tools/install_packages.sh build test
	@tools/install_python.sh
	@cmake --preset release -DINSHI_TESTS=ON >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure -LE long -j $(JOBS)

test-long: test ## also the long tests: random problems by the thousand, fuzzing, sanitizers
	@ctest --test-dir $(BUILD) --output-on-failure -L long

bench: all ## the benchmarks of dense X (half an hour); tables in bench/results
	@tools/make_venv.sh bench
	@build/venv/bin/python bench/run.py

bench-quick: all ## a short one of each, of sparse X too (three minutes)
	@tools/make_venv.sh bench
	@build/venv/bin/python bench/run.py --quick

bench-sparse: all ## sparse and incomplete X, reading, the Python estimator
	@tools/make_venv.sh bench
	@build/venv/bin/python bench/run.py --target bench-sparse

bench-long: all ## the objective after 1 s on every data set, every peer, 10 starts (an hour)
	@tools/make_venv.sh bench
	@build/venv/bin/python bench/run.py --target bench-long

bench-audio: all ## the benchmarks of sound; tables in bench/results/audio.md
	@tools/make_venv.sh bench
	@tools/install_python.sh
	@build/venv/bin/python bench/audio/run.py

install: all ## install under the CMake prefix
	@cmake --install $(BUILD)

clean: ## remove everything built
	@rm -rf build

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
