# Every command works from a fresh clone, in any order, and again. Needs Python 3.11 or newer with pip, and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/base.stamp
DEV := $(VENV)/dev.stamp
BROWSER := $(VENV)/browser.stamp
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# the lists are complete, so nothing is left to resolve: with dependencies on, pip may prefer a release newer than the pin
# for a requirement with an extra, as coverage[toml], and then stop because that one has no hash
LOCKED := $(PIP) install --require-hashes --no-deps -r
# two test processes: one core each on a small machine, and TensorFlow uses a second thread anyway
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --durations 15

# Debian's packages, for the tests that drive a browser
APT := $(if $(filter 0,$(shell id -u)),,sudo )apt-get
AXE := axe-core@4.14.1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports format coverage browser soak docs screenshots bench samples lock hooks clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: $(BASE) ## read the sample pictures; annotated copies go to out/
	$(BIN)/inkdigits read samples --picture out
	@echo "annotated pictures: out/"

test: check ## everything that must pass: lint, types, imports, all tests

check: lint types imports $(DEV) $(BROWSER)
	$(PYTEST)

lint: $(DEV) ## format and lint rules
	$(BIN)/ruff format --check src tests benchmarks samples docs
	$(BIN)/ruff check src tests benchmarks samples docs

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

imports: $(DEV) ## the layers, one way
	$(BIN)/lint-imports

format: $(DEV) ## format the code and fix what can be fixed
	$(BIN)/ruff format src tests benchmarks samples docs
	$(BIN)/ruff check --fix src tests benchmarks samples docs

coverage: $(DEV) $(BROWSER) ## tests with branch coverage
	$(PYTEST) --cov --cov-report=term-missing:skip-covered

browser: $(BROWSER) ## install what drives the page in tests: Chromium and axe-core

soak: $(DEV) ## ten thousand random bodies to a running service, which takes some minutes
	INKDIGITS_RANDOM_BODIES=10000 $(BIN)/python -m pytest -q tests/service/test_hostile.py -k random_bodies

docs: $(DEV) ## write the generated parts of README and docs again
	$(BIN)/python docs/generate.py
	$(BIN)/inkdigits read samples/photo-20741.jpg --picture docs/images/photo.png

screenshots: $(BROWSER) ## take the pictures of the page in docs/images anew
	$(BIN)/python docs/screenshots.py

bench: $(DEV) ## accuracy and honesty on handwriting, numbers, photos, what is no digit, framing, times, bundles side by side
	$(BIN)/python benchmarks/handwriting.py
	$(BIN)/python benchmarks/rejection.py
	$(BIN)/python benchmarks/strings.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/emptiness.py
	$(BIN)/python benchmarks/photos.py
	$(BIN)/python benchmarks/framing.py
	$(BIN)/python benchmarks/calibration.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/stages.py
	$(BIN)/inkdigits bench fast accurate tutorial

samples: $(DEV) ## draw the sample pictures again
	$(BIN)/python samples/make_samples.py

lock: ## pin the requirements anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-config --quiet --custom-compile-command "make lock" -o requirements/base.txt
	uv pip compile pyproject.toml --all-extras --group build --group dev --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-config --quiet --custom-compile-command "make lock" \
		-o requirements/dev.txt

hooks: $(DEV) ## let git run the checks before each commit and push
	git config core.hooksPath .githooks

clean: ## remove what the commands made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "inkdigits needs Python 3.11 or newer; run: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt pyproject.toml | $(VENV)/bin/python
	$(LOCKED) requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	$(LOCKED) requirements/dev.txt
	$(PIP) check
	@touch $@

$(BROWSER): $(DEV)
	command -v chromium > /dev/null || { $(APT) update -qq && $(APT) install -qq -y chromium; }
	command -v npm > /dev/null || { $(APT) update -qq && $(APT) install -qq -y npm; }
	npm install --silent --no-audit --no-fund --no-package-lock --prefix $(VENV)/node $(AXE)
	@touch $@
