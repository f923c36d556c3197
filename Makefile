# Every target is one command on a fresh clone. `make help` lists them.
PYTHON ?= python3
HOME_DIR ?= home
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup run demo check test bench corpus faults hostile

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## make the environment in .venv, nothing else
	@PYTHON=$(PYTHON) scripts/setup.sh run

run: setup ## start the embedded box with the demo partner; console on 127.0.0.1:8080
	@$(BIN)/dockgate run --home $(HOME_DIR) --demo

demo: setup ## send the sample orders through a fresh box once
	@$(BIN)/dockgate demo

check: ## lint, types, import rules, unit and golden tests; under a minute, no server
	@PYTHON=$(PYTHON) scripts/setup.sh dev
	@scripts/check.sh

test: ## everything, against real private servers; installs what is missing with apt when root or sudo may
	@PYTHON=$(PYTHON) scripts/test.sh

bench: ## measure; ONLY="name ..." for some; prints a table, writes bench/latest.json
	@PYTHON=$(PYTHON) scripts/setup.sh bench
	@$(BIN)/python -m bench $(ONLY)

corpus: ## read every file below DIR and count the verdicts
	@PYTHON=$(PYTHON) scripts/setup.sh run
	@$(BIN)/python -m bench.corpus $(DIR)

faults: ## kill real processes at every crash point, many rounds
	@PYTHON=$(PYTHON) scripts/setup.sh test
	@$(BIN)/python -m pytest tests/faults --rounds 20

hostile: ## every bad input, with a long fuzz
	@PYTHON=$(PYTHON) scripts/setup.sh dev
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/hostile tests/property
