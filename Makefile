# Everything one does with Rebond from a terminal. `make` alone lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# The environment's own programs first: on a machine without Node, its node and npm are there.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PORT ?= 8000
HOST ?= 0.0.0.0
DATA ?= ./data
MINUTES ?= 2

python_ready := .venv/.ready
node_ready := client/node_modules/.ready
static := server/rebond/web/static
client_built := $(static)/index.html
client_sources := $(shell find client protocol/generated -type f -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help
help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-8s %s\n", $$1, $$2 }'

.PHONY: setup
setup: $(python_ready) $(node_ready) ## Make .venv and client/node_modules
	@:

$(python_ready): pyproject.toml requirements.lock scripts/setup-python.sh
	@scripts/setup-python.sh
	@touch $@

# A machine with a Node of its own need not wait for the environment's.
$(node_ready): client/package.json client/package-lock.json client/.npmrc | $(shell scripts/node-is-recent.sh || echo $(python_ready))
	@echo 'Installing the client packages.' >&2
	@cd client && npm ci --no-progress --loglevel=error </dev/null >/dev/null
	@touch $@

.PHONY: build
build: setup $(client_built) ## Build the client into the server package
	@:

$(client_built): $(client_sources) $(node_ready)
	@echo 'Building the client.' >&2
	@cd client && npm run --silent build -- --logLevel warn
	@touch $@

.PHONY: run
run: build ## Serve boards on PORT (8000), keeping them in DATA (./data)
	@.venv/bin/rebond serve --host $(HOST) --port $(PORT) --data $(DATA)

.PHONY: check
check: setup ## Lint, types, layers and generated files, Python and client
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-python check-client

.PHONY: check-python
check-python: setup
	ruff check
	ruff format --check
	lint-imports --no-logo
	python -m rebond_protocol.generate --check
	client/node_modules/.bin/pyright

.PHONY: check-client
check-client: setup
	cd client && npm run --silent typecheck
	cd client && npm run --silent lint
	cd client && npm run --silent test

# The browser's tests first: they wait half of the time, so two cores carry four of them; the others fill the gaps.
quick_tests := $(filter-out tests/end_to_end/,$(sort $(dir $(wildcard tests/*/test_*.py)))) $(wildcard tests/test_*.py)

# They leave word in .venv of what could not be had.
.PHONY: programs
programs: $(python_ready)
	@scripts/install-test-programs.sh

.PHONY: test
test: build programs ## Run every test, real Redis and real browser included
	@pytest -n 4 --dist loadfile --no-loadscope-reorder tests/end_to_end $(quick_tests)

.PHONY: chaos
chaos: setup programs ## Break nodes, Redis and lines for MINUTES (2), and prove that nothing is lost
	@python -m tests.chaos.run --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

.PHONY: bench
bench: build ## Measure the design's figures
	@.venv/bin/rebond-loadtest bench

.PHONY: compare
compare: build ## Measure beside the peers
	@.venv/bin/rebond-loadtest compare $(ARGS)

.PHONY: demo
demo: build ## Fill a board with a lively workshop to look at
	@.venv/bin/rebond-loadtest demo

.PHONY: lock
lock: setup ## Choose new versions of everything, within the ranges
	@pip install --quiet --disable-pip-version-check uv
	@uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade \
	  --no-header --no-emit-index-url pyproject.toml --output-file requirements.lock
	@cd client && npm update --package-lock-only --loglevel=error >/dev/null

.PHONY: wheel
wheel: build ## Build the distribution into dist/
	@python -m hatchling build

.PHONY: clean
clean: ## Remove everything that was made, except DATA
	@rm -rf .venv client/node_modules $(static) dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find server protocol loadtest tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
