# The two commands of the README. Both make .venv first and may be run again at any time.
PYTHON ?= python3
VENV ?= .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

.PHONY: play test

play: $(VENV)/.play
	$(VENV)/bin/ndm sheet --out out

test: $(VENV)/.test
	@scripts/system-packages
	scripts/check $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 play' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.play: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --editable '.[plot]'
	@touch $@

$(VENV)/.test: pyproject.toml requirements-test.txt | $(VENV)/bin/python
	$(PIP) install --quiet --requirement requirements-test.txt
	@touch $@ $(VENV)/.play
