# The project's commands; `make` alone lists them. Nothing here needs more than Python 3.11, make and a package index.

PYTHON ?= python3
ARTICLES ?= ingest/samples
# The samples are invented; they stay apart from the articles of others.
STORE ?= $(if $(filter ingest/samples,$(ARTICLES)),kg-demo,kg-data)
QUESTION ?= who supplies Colossus
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PACKAGES := ontology kg ingest api
SOURCES := $(PACKAGES) tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help setup run demo dev test format lint types unit test-long bench soak pictures train lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: .venv/installed ## make .venv with the kg command in it

run: demo ## ingest ARTICLES=folder (default: the samples), answer a question, serve on 127.0.0.1:8000
	exec $(BIN)/kg serve --store "$(STORE)"

# Status 1 of kg ingest means that some files could not be read; it has said which, and the others are in.
demo: setup ## the same without serving
	$(BIN)/kg ingest --store "$(STORE)" "$(ARTICLES)" || test $$? -eq 1
	$(BIN)/kg ask --store "$(STORE)" "$(QUESTION)"

dev: .venv/dev ## add the developers' tools to .venv

test: format lint types unit ## format, lint, types and tests

format: dev
	$(BIN)/ruff format --check $(SOURCES)

lint: dev
	$(BIN)/ruff check $(SOURCES)

types: dev
	$(BIN)/mypy

# One worker more than processors, since many tests wait; files in the order of their names: else those with few tests, such as
# those of a browser, come last.
unit: dev
	$(BIN)/pytest --doctest-modules -m "not long" -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist loadfile --no-loadscope-reorder tests $(PACKAGES)

test-long: dev ## the tests that take minutes
	$(BIN)/pytest -m long --durations=10

bench: dev ## run every benchmarks/bench_*.py
	@set -e; for file in $(wildcard benchmarks/bench_*.py); do echo "== $$file"; PYTHONPATH=.:tests $(BIN)/python "$$file"; done

soak: dev ## run every benchmarks/soak_*.py, for hours where one says so
	@set -e; for file in $(wildcard benchmarks/soak_*.py); do echo "== $$file"; PYTHONPATH=. $(BIN)/python "$$file"; done

pictures: dev ## make the screenshots in docs anew (needs Debian's chromium)
	PYTHONPATH=.:tests $(BIN)/python benchmarks/pictures.py "$(STORE)"

train: dev ## train the tagger of names anew from tests/extraction/written (a minute)
	$(BIN)/python benchmarks/train.py

LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock"

lock: ## pin all packages anew (needs uv on the PATH; UPGRADE=--upgrade takes the newest)
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH" >&2; exit 1; }
	$(LOCK) $(UPGRADE) pyproject.toml --group build -o requirements.lock
	$(LOCK) $(UPGRADE) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove .venv, the samples' store and all caches
	rm -rf .venv kg-demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

# Stamps: a second run does nothing. Byte code is made when a module is first used, which halves the time of an install.
.venv/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; $(PYTHON) is %d.%d" % sys.version_info[:2] + " (PYTHON=python3.12 make ... picks another)")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/locked: requirements.lock | .venv/python
	@echo "Installing about 90 packages (300 MB) into .venv; this takes a minute or so."
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/installed: pyproject.toml .venv/locked
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/installed
	@$(PIP) install --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
