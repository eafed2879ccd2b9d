# `make play` and `make test` set everything up; the others are for development.
# Each makes .venv first where that is needed, and may be run again at any time.
PYTHON ?= python3
VENV ?= .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

.PHONY: help play test check coverage docs figures engine plugin plugins site max

help:
	@echo 'make play     set everything up and open the machine in the browser'
	@echo 'make test     set everything up with all extras and run every check and test'
	@echo 'make check    the same without the slow tests: about a minute'
	@echo 'make coverage the same as make test, with the coverage of the source'
	@echo 'make engine   compile the engine in C, if a compiler is there'
	@echo 'make site     write the page as a static folder that plays without a server into build/play'
	@echo 'make max      build the Max for Live device that plays without a server into build/max'
	@echo 'make plugin   compile the plug-in for music programs (VST3, CLAP, LV2) into build/plugin'
	@echo 'make plugins  the same, for Windows and macOS too (many minutes)'
	@echo 'make docs     build the documentation site into build/site'
	@echo 'make figures  make the figures and pictures of the documents again'

play: $(VENV)/.play engine
	$(VENV)/bin/ndm play

test: $(VENV)/.test engine
	@scripts/system-packages
	@$(VENV)/bin/python scripts/build_wasm --if-possible
	@$(VENV)/bin/python scripts/build_plugin --if-possible
	scripts/check $(VENV)

check: $(VENV)/.test engine
	scripts/check --fast $(VENV)

coverage: $(VENV)/.test engine
	scripts/check --coverage $(VENV)

docs: $(VENV)/.test
	scripts/build_docs $(VENV)

# The engine in C, in seconds and only if its sources changed; without a compiler the reference plays.
engine: | $(VENV)/bin/python
	@$(VENV)/bin/python scripts/build_engine --if-possible

# The package ziglang brings the compiler for WebAssembly.
site: $(VENV)/.play engine
	$(PIP) install --quiet ziglang
	$(VENV)/bin/python scripts/build_wasm
	$(VENV)/bin/ndm site --out build/play --force

# The same, and esbuild, which bundles the script.
max: $(VENV)/.play engine
	$(PIP) install --quiet ziglang
	$(VENV)/bin/python scripts/build_wasm
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(VENV)/bin/python scripts/build_max_device --with-engine

# The plug-in; scripts/build_plugin says what it needs.
plugin: | $(VENV)/bin/python
	@$(VENV)/bin/python scripts/build_plugin

plugins: plugin $(VENV)/.test
	@$(VENV)/bin/python scripts/build_plugin --windows
	@$(VENV)/bin/python scripts/build_plugin --macos

figures: $(VENV)/.test
	$(VENV)/bin/python scripts/figures

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 play' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Exact versions, so that a library's new release breaks nothing. On a processor or with a Python for
# which one of them has no wheel, pip chooses by pyproject.toml.
$(VENV)/.play: pyproject.toml requirements-play.txt | $(VENV)/bin/python
	@echo 'Installing into $(VENV) (about 320 MB with dependencies); this is done once.'
	$(PIP) install --quiet --requirement requirements-play.txt --editable '.[plot]' || \
	  { echo 'These versions cannot be had here: taking the newest that are allowed.' >&2; \
	    $(PIP) install --quiet --editable '.[plot]'; }
	@touch $@

# aisfx and cdpam pin releases that no longer exist, hence --no-deps, which pyproject.toml cannot
# say. Without them the tests of two measures are skipped and name the reason.
$(VENV)/.test: pyproject.toml requirements-test.txt requirements-measures.txt | $(VENV)/bin/python
	$(PIP) install --quiet --requirement requirements-test.txt
	$(PIP) install --quiet --no-deps --requirement requirements-measures.txt || \
	  echo 'aisfx and cdpam could not be installed: the tests that need them are skipped.' >&2
	@touch $@ $(VENV)/.play
