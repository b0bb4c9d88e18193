# Two commands: `make run` (the main job) and `make test` (lint, tests, notebooks).
# Each sets up .venv by itself; a second call finds it there and starts at once.
PYTHON ?= python3
# PyTorch without CUDA; with it: make TORCH=torch==2.13.0
TORCH ?= -r binder/requirements.txt
WORKERS ?= 2
BIN := .venv/bin
# one thread a process: the work is spread over processes instead
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint unit public pythons package docs coverage notebooks-check notebooks apps-test lab clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/ready  ## make .venv with everything in it (done by the others)

# modules are compiled when they are first used, not all of them at once
PIP := $(BIN)/python -m pip install --quiet --no-compile

.venv/base: pyproject.toml constraints.txt Makefile binder/requirements.txt
	@echo "== setting up .venv (once, a minute or so: PyTorch, ASE ...)"
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 10) else f"Python 3.10 or newer is needed, {sys.executable} is {v[0]}.{v[1]}: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(PIP) --no-deps --retries 1 $(TORCH)
	$(PIP) -c constraints.txt -e .
	@touch $@

.venv/lab: .venv/base
	@echo "== JupyterLab and what the notebooks need (once)"
	$(PIP) -c constraints.txt -e ".[tutorials]"
	@# slows every `import nbformat` by a second and is optional to jsonschema
	-@$(BIN)/python -m pip uninstall --quiet --yes rfc3987-syntax
	@touch $@

.venv/ready: .venv/base
	@echo "== everything that tests need (once, a few minutes)"
	$(PIP) -c constraints.txt -e ".[tutorials,apps,chem,cluster,dev]"
	-@$(BIN)/python -m pip uninstall --quiet --yes rfc3987-syntax
	@touch $@ .venv/lab

run: .venv/base  ## train on the embedded data, predict, write out/first_prediction.html
	$(BIN)/xnet-lite first-light --out out

test: lint unit  ## lint, unit tests and every notebook

lint: setup  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.notebooks --check

unit: setup  ## tests, notebooks among them, over WORKERS processes
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --durations=10

public: setup  ## the tests of public data, from the copy that XNET_LITE_MIRROR names
	$(BIN)/python -m pytest -m public_data -n $(WORKERS) --durations=5

pythons: setup  ## the oldest and the newest Python, where they are
	$(BIN)/python -m tools.other_pythons

package: setup  ## build wheel and sdist, install the wheel apart, use it
	$(BIN)/python -m tools.built_package

coverage: setup  ## which lines and branches the tests run, notebooks left out
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile \
		--ignore tests/test_notebooks.py --ignore tests/browser --cov --cov-report=term

apps-test: setup  ## every app in a real browser
	$(BIN)/python -m pytest tests/browser/test_apps.py tests/cli/test_apps.py \
		tests/widgets/test_structure_predictor.py --durations=5

notebooks: setup  ## rebuild tutorials/*.ipynb and solutions from tutorials/source
	$(BIN)/python -m tools.notebooks

notebooks-check: setup  ## run the notebook tests alone
	$(BIN)/python -m pytest tests/test_notebooks.py -n $(WORKERS) --dist loadfile

.venv/docs: .venv/ready
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[docs]"
	@touch $@

docs: .venv/docs  ## build the site, out/site/index.html, and check links, spelling, looks
	$(BIN)/python -m codespell_lib
	$(BIN)/python -m tools.site --workers $(WORKERS)
	XNET_LITE_SITE=out/site $(BIN)/python -m pytest -q tests/site

lab: .venv/lab  ## open JupyterLab at the tutorials
	$(BIN)/xnet-lite lab

clean:  ## remove .venv and out
	rm -rf .venv .venv-3.* out
