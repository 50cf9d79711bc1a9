# What this project can be asked to do. Needs python3 (3.11 or newer), make, and for the tests apt.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TEST_READY := .venv/.test-ready

PYTHONS ?= python3.11 python3.12 python3.13
GATE ?= --least 0.95 --most-silent 120

.DEFAULT_GOAL := help
CODE := pipeline tests benchmarks docs tools/release

.PHONY: help all setup test test-fast test-pythons gate lint hooks schemas docs lock bench clean dist release sample notebook

help: ## list what can be asked for
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

all: $(READY) ## set up what is missing and run the pipeline over data/raw into data/processed, report included
	$(BIN)/jixiao run data/raw --out data/processed
	$(BIN)/jixiao report --out data/processed

setup: $(READY) ## only set up: .venv with .venv/bin/jixiao

test: $(TEST_READY) ## set up what is missing and run the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

test-fast: $(TEST_READY) ## run the tests that take under a minute together: no OCR models, browser, LibreOffice, cluster
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not slow"

test-pythons: ## run the fast tests in a fresh clone under each of $(PYTHONS) that is installed
	tools/test-pythons $(PYTHONS)

gate: $(TEST_READY) ## measure 60 drawn forms and fail where text or scans are read worse than they were: for every night
	$(BIN)/python -m benchmarks.accuracy --forms 60 --out build/gate $(GATE)

lint: $(TEST_READY) ## check style, format and types
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy

hooks: ## check style, format and types before every commit of this clone
	git config core.hooksPath tools/hooks

schemas: $(READY) ## write the JSON Schemas of the tables from the record types
	$(BIN)/python -m pipeline.storage.schema_files

docs: $(READY) ## write the generated parts of the docs from the code and the vocabularies
	$(BIN)/python -m pipeline.reference

lock: $(TEST_READY) ## choose the versions of all dependencies anew and write the lock files
	tools/lock

bench: $(TEST_READY) ## set up the environment of its own in which benchmarks/accuracy.py degrades pages with augraphy
	PYTHON=$(PYTHON) tools/setup-bench

dist: $(READY) ## build the wheel that can be installed elsewhere, extras included, into dist/
	$(BIN)/python -m hatchling build -t wheel -d dist

release: ## make the changelog's unreleased notes those of VERSION=1.2.0, and tag it; nothing is pushed
	tools/release $(VERSION)

sample: $(READY) ## write the sample dataset of the docs, with its data package
	$(BIN)/python -m docs.make_sample

notebook: $(READY) ## open the three questions as a notebook; installs JupyterLab and Matplotlib the first time
	$(BIN)/python -m pip install --quiet --editable '.[notebook]'
	$(BIN)/jupyter lab $$([ $$(id -u) -ne 0 ] || echo --allow-root) docs/questions.ipynb

clean: ## remove the environment and what the pipeline has written
	rm -rf .venv .venv-bench data/processed .pytest_cache .mypy_cache .ruff_cache

$(READY): requirements.lock pyproject.toml tools/setup
	PYTHON=$(PYTHON) tools/setup requirements.lock
	touch $@

$(TEST_READY): $(READY) requirements-test.lock tests/apt.txt tools/system-packages
	tools/system-packages tests/apt.txt
	PYTHON=$(PYTHON) tools/setup requirements-test.lock
	touch $@
