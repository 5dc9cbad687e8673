# Every target makes what it needs; a clean clone needs only Python 3.11 or newer.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
READY := .venv/.ready
PATHS ?= fixtures/llm-platform
DIR ?=

.PHONY: scan test lint bench schema snapshots types clean

scan: $(READY)
	@$(BIN)/costlint scan $(PATHS)

test: $(READY)
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Compares costlint, installed as users install it, with checkov; each has an environment of its own.
bench: .venv-checkov/.ready
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check .
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	.venv-bench/bin/python benchmarks/bench.py $(if $(DIR),--directory '$(DIR)')
	.venv-bench/bin/python benchmarks/hook.py
	.venv-bench/bin/python benchmarks/accuracy.py

# The published schemas follow the code; tests fail when they do not.
schema: $(READY)
	$(BIN)/costlint config schema > docs/schema/config.json
	$(BIN)/costlint config schema prices > docs/schema/prices.json
	$(BIN)/costlint config schema report > docs/schema/report.json
	$(BIN)/costlint config schema estimate > docs/schema/estimate.json
	$(BIN)/costlint config schema diff > docs/schema/diff.json
	$(BIN)/costlint config schema size > docs/schema/size.json

# What users read on the example platform, word for word; tests fail when it changes. Read `git diff` afterwards.
snapshots: $(READY)
	$(BIN)/python tests/end_to_end/snapshots.py

# The table of resource types follows the estimators; a test fails when it does not.
types: $(READY)
	$(BIN)/python tests/pricing/resource_types.py
	$(BIN)/python tests/sizing/servers/servers_page.py

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "costlint needs Python 3.11 or newer; name one with make PYTHON=…" >&2; exit 1; }
	@echo "Installing costlint and its tools into .venv: half a minute or so, the first time only" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv-checkov/.ready: benchmarks/checkov.txt
	@test -x .venv-checkov/bin/python || $(PYTHON) -m venv .venv-checkov
	.venv-checkov/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/checkov.txt
	@touch $@

clean:
	rm -rf .venv .venv-bench .venv-checkov build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache benchmarks/work
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
