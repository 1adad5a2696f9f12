# Every command works from a fresh clone, in any order, and again. Needs Python 3.11 or newer with pip, and make.

PYTHON ?= python3
VENV := .venv
BASE_VENV := .venv-base
LOWEST_VENV := .venv-lowest
BIN := $(VENV)/bin
BASE := $(VENV)/base.stamp
DEV := $(VENV)/dev.stamp
BROWSER := $(VENV)/browser.stamp
PIP := -m pip --quiet --disable-pip-version-check
# the lists are complete, so nothing is left to resolve: with dependencies on, pip may prefer a release newer than the pin
# for a requirement with an extra, as coverage[toml], and then stop because that one has no hash
LOCKED := $(PIP) install --require-hashes --no-deps -r
# MNIST's digits and the browser's runtime are distributions of their own, which lie beside this one and come from no index
BESIDE := $(PIP) install --no-deps --no-build-isolation --editable ./mnist --editable ./web
# two test processes: one core each on a small machine, and TensorFlow uses a second thread anyway;
# tests/support/scheduling.py says which tests go to the same one
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope --durations 15 $(if $(COVERAGE),--cov --cov-append --cov-report=)
# what the lowest versions are tried on: reading, each optional part but Ray once, and no test that trains for long
LOWEST_TESTS := tests/imageops tests/models tests/reading tests/system tests/results tests/batch/inputs \
	tests/service/routes tests/training/networks $(addprefix tests/cli/test_,batch.py explain.py export.py main.py read.py)
# 1 adds what the tests run to .coverage, about a third more time
COVERAGE ?=
# the least percentage of the package's lines and branches that all tests together run
COVERED := 95

# inkdigits-mnist and inkdigits-web lie in this repository, so the lists leave them out
LOCK := uv pip compile --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-package inkdigits-mnist --no-emit-package inkdigits-web \
	--no-config --quiet --custom-compile-command "make lock"

AXE := axe-core@4.14.1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports format test-slow test-base test-lowest durations coverage coverage-floor \
	browser soak docs site notebooks screenshots bench release-check image samples lock hooks clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: $(BASE) ## read the sample pictures; copies with boxes go to out/annotated/
	$(BIN)/inkdigits demo --out out

test: check ## lint, types, imports, and all tests but the slow ones: 8 minutes on two cores

check: lint types imports $(DEV) $(BROWSER)
	$(PYTEST) -m "not slow"

test-slow: $(DEV) $(BROWSER) ## the slow tests: whole trainings, Ray, random requests, real handwriting
	$(PYTEST) -m slow

test-base: $(BASE_VENV)/done.stamp ## reading without any extra, and what the other commands say then
	INKDIGITS_BASE_INSTALL=1 $(BASE_VENV)/bin/python -m pytest -n 2 tests/base_install

test-lowest: $(LOWEST_VENV)/done.stamp ## reading, models, service and export with the lowest versions of pyproject.toml
	$(LOWEST_VENV)/bin/python -m pytest -n 2 -m "not slow" $(LOWEST_TESTS)

durations: $(DEV) $(BROWSER) ## measure all tests and write tests/durations.json
	rm -f tests/durations.json
	INKDIGITS_WRITE_DURATIONS=1 $(PYTEST) -m "not slow"
	INKDIGITS_WRITE_DURATIONS=1 $(PYTEST) -m slow

lint: $(DEV) ## format and lint rules
	$(BIN)/ruff format --check src mnist web tests benchmarks samples docs release
	$(BIN)/ruff check src mnist web tests benchmarks samples docs release

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

imports: $(DEV) ## the layers, one way
	$(BIN)/lint-imports

format: $(DEV) ## format the code and fix what can be fixed
	$(BIN)/ruff format src mnist web tests benchmarks samples docs release
	$(BIN)/ruff check --fix src mnist web tests benchmarks samples docs release

coverage: ## all tests, slow ones too, with branch coverage and its floor
	rm -f .coverage
	$(MAKE) COVERAGE=1 test test-slow coverage-floor

coverage-floor: $(DEV) ## fail when the tests that ran with COVERAGE=1 left too much of the package out
	$(BIN)/coverage report --fail-under $(COVERED)

browser: export INSTALL := 1
browser: $(BROWSER) ## install what drives the page in tests: Chromium, npm and axe-core

soak: $(DEV) ## ten minutes of harm with a fixed seed: fuzzed inputs, kills, another model; ends in a table
	$(BIN)/python benchmarks/soak.py

docs: $(DEV) ## write the generated parts of README and docs again
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/notebooks.py
	$(BIN)/inkdigits read samples/photo-20741.jpg --picture docs/images/photo.png

notebooks: $(DEV) ## run the tutorial's notebooks in a clean kernel and store what they print and draw
	$(BIN)/python docs/notebooks.py --run

site: $(DEV) ## build the site of the docs into site/; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "open site/index.html"

screenshots: $(BROWSER) ## take the pictures of the page in docs/images anew
	$(BIN)/python docs/screenshots.py

bench: $(DEV) ## accuracy and honesty on handwriting, numbers, drawings, photos, what is no digit, frames, times, bundles side by side
	$(BIN)/python benchmarks/handwriting.py
	$(BIN)/python benchmarks/detector.py
	$(BIN)/python benchmarks/rejection.py
	$(BIN)/python benchmarks/strings.py
	$(BIN)/python benchmarks/fields.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/drawings.py
	$(BIN)/python benchmarks/signs.py
	$(BIN)/python benchmarks/emptiness.py
	$(BIN)/python benchmarks/photos.py
	$(BIN)/python benchmarks/framing.py
	$(BIN)/python benchmarks/spoiled_frames.py
	$(BIN)/python benchmarks/calibration.py
	$(BIN)/python benchmarks/adaptation.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/stages.py
	$(BIN)/inkdigits bench fast accurate tutorial

release-check: ## build both wheels twice, try them in clean environments, list all parts and licenses: 20 minutes
	$(PYTHON) release/check.py

image: ## build the container image of the service from a base whose digest is noted in dist/base-image.txt
	$(PYTHON) release/image.py

samples: $(DEV) ## draw the sample pictures again
	$(BIN)/python samples/make_samples.py

lock: ## pin the requirements anew (needs uv)
	$(LOCK) --universal pyproject.toml --group build -o requirements/base.txt
	$(LOCK) --universal pyproject.toml --all-extras --group build --group dev -o requirements/dev.txt
	$(LOCK) --universal pyproject.toml --extra serve --constraint requirements/dev.txt -o requirements/serve.txt
	$(LOCK) --universal --group pyproject.toml:release -o requirements/release.txt
	$(LOCK) --universal --group pyproject.toml:test --constraint requirements/dev.txt -o requirements/test.txt
	$(LOCK) --resolution lowest-direct --python-version 3.11 pyproject.toml --all-extras --group build --group lowest \
		-o requirements/lowest.txt

hooks: $(DEV) ## let git run the checks before each commit and push
	git config core.hooksPath .githooks

clean: ## remove what the commands made
	rm -rf $(VENV) $(BASE_VENV) $(LOWEST_VENV) out build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

%/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "inkdigits needs Python 3.11 or newer; run: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $*

$(BASE): requirements/base.txt pyproject.toml | $(BIN)/python
	$(BIN)/python $(LOCKED) requirements/base.txt
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt mnist/pyproject.toml web/pyproject.toml $(BASE)
	$(BIN)/python $(LOCKED) requirements/dev.txt
	$(BIN)/python $(BESIDE)
	$(BIN)/python $(PIP) check
	@touch $@

$(BASE_VENV)/done.stamp: requirements/base.txt requirements/test.txt pyproject.toml | $(BASE_VENV)/bin/python
	$(BASE_VENV)/bin/python $(LOCKED) requirements/base.txt -r requirements/test.txt
	$(BASE_VENV)/bin/python $(PIP) install --no-deps --no-build-isolation --editable .
	$(BASE_VENV)/bin/python $(PIP) check
	@touch $@

# the two lists share a few packages, which may differ: the lowest versions are installed last and stay
$(LOWEST_VENV)/done.stamp: requirements/lowest.txt requirements/test.txt pyproject.toml mnist/pyproject.toml web/pyproject.toml | $(LOWEST_VENV)/bin/python
	$(LOWEST_VENV)/bin/python $(LOCKED) requirements/test.txt
	$(LOWEST_VENV)/bin/python $(LOCKED) requirements/lowest.txt
	$(LOWEST_VENV)/bin/python $(BESIDE) --editable .
	$(LOWEST_VENV)/bin/python $(PIP) check
	@touch $@

$(BROWSER): $(DEV)
	@bash requirements/system.sh chromium npm
	npm install --silent --no-audit --no-fund --no-package-lock --prefix $(VENV)/node $(AXE)
	@touch $@
