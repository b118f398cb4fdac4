PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all:
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
# What WeasyPrint loads; pango brings fontconfig and a font with it.
PDF := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.DEFAULT_GOAL := help
.PHONY: help demo test screenshots

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BASE): requirements/base.txt | $(BIN)/python
	@./scripts/system-packages $(PDF) || echo "Without them all works but PDF files: going on."
	$(PIP) -r requirements/base.txt
	@touch $@

$(DEV): requirements/dev.txt | $(BIN)/python
	./scripts/system-packages chromium libatomic1 fonts-dejavu-core poppler-utils $(PDF)
	$(PIP) -r requirements/dev.txt
	@touch $@

demo: $(BASE) ## Make the demo organisation and serve it on http://127.0.0.1:8000/
	@$(BIN)/python manage.py demo

test: $(DEV) ## Run the tests, browser tests included, on SQLite or on the database of DATABASE_URL
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest -n 2 -m "not slow"

screenshots: $(DEV) ## Take the README's pictures of the demo again
	@./scripts/system-packages pngquant
	@./scripts/screenshots

.PHONY: bench
bench: $(DEV) ## Measure the close of 100,000 ballots, HR's pages, the exports and the roster, each against its floor
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.screens
	@$(BIN)/python -m tests.benchmarks.exports
	@$(BIN)/python -m tests.benchmarks.roster
