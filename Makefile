PYTHON ?= python3
LOCKFLAGS ?=

BIN := .venv/bin
AIMOCK := tests/wire/aimock
REAL := tests/real
BASE := .venv/.base
READY := .venv/.ready
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := env $(foreach name,$(filter PIP_% UV_%,$(.VARIABLES)),-u $(name)) $(BIN)/uv --no-config pip compile --quiet \
	--universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--overrides requirements/overrides.txt --custom-compile-command "make lock" $(LOCKFLAGS)

.PHONY: help demo test test-wire test-real check bench lock clean

help:  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile

demo: $(BASE)  ## Watch a scripted crew build a small program (no key, no question)
	@$(BIN)/orkestra demo

test: $(READY)  ## Run all tests
	@$(BIN)/pytest

test-wire: $(READY) $(AIMOCK)/node_modules/.package-lock.json  ## Run the tests of the AI services against a server that others wrote (npm)
	@WIRE_SERVER=aimock $(BIN)/pytest tests/wire/test_services.py

test-real: $(READY) $(REAL)/fetched/.done $(REAL)/npm/node_modules/.package-lock.json  ## Let an AI behind a real SDK work on real libraries (fetched from PyPI and npm)
	@$(BIN)/pytest tests/real

check: $(READY)  ## Lint, formatting, types, directions of imports, sizes
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q -n 0 tests/house

bench: $(READY)  ## Measure, each figure beside its floor
	@$(BIN)/python -m benchmarks

lock: | $(BIN)/python  ## Write requirements/*.lock anew (LOCKFLAGS=--upgrade for newer versions)
	$(BIN)/pip install --quiet --require-hashes -r requirements/uv.lock
	$(COMPILE) --extra dev -o requirements/dev.lock pyproject.toml
	$(COMPILE) --extra build --constraints requirements/dev.lock -o requirements/base.lock pyproject.toml
	echo uv | $(COMPILE) -o requirements/uv.lock -

clean:  ## Remove the environment and all caches
	rm -rf $(AIMOCK)/node_modules $(REAL)/npm/node_modules $(REAL)/fetched
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

%/node_modules/.package-lock.json: %/package-lock.json
	@command -v npm >/dev/null \
		|| { echo "this needs npm and Node.js 20.15 or newer (Debian, Ubuntu: apt install npm)" >&2; exit 1; }
	@cd $* && npm ci --ignore-scripts --silent
	@touch $@

$(REAL)/fetched/.done: $(REAL)/requirements.lock | $(READY)
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --no-build-isolation \
		--require-hashes -r $< -d $(@D)
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Orkestra needs Python 3.11 or newer; if it has another name here: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) lacks venv; install it first (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Making .venv (once)"
	@$(PYTHON) -m venv .venv

$(BASE): requirements/base.lock pyproject.toml | $(BIN)/python
	@$(INSTALL) --require-hashes -r requirements/base.lock
	@$(INSTALL) --no-build-isolation -e .
	@touch $@

$(READY): requirements/dev.lock $(BASE)
	@echo "Adding what tests and checks need (once)"
	@$(INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@
