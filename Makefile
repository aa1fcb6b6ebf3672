# Acumen needs python3.11 and make; everything else is set up here.
.DEFAULT_GOAL := help
.PHONY: help install language train serve shell test check evaluate bench lint types validate widget widget-check vendors clean

PYTHON ?= python3.11
UV_VERSION := 0.13.8
# Options of `make bench`, such as BENCH="speed --epochs 20".
BENCH ?=
# The built widget is in the repository: Node is only needed to change it, and to check it.
NPM := $(shell command -v npm 2>/dev/null)
# A uv on the PATH serves; otherwise one is put into .tools, as pip can without a virtual environment.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
RUN := $(UV) run --frozen

export RASA_TELEMETRY_ENABLED = false
export TF_CPP_MIN_LOG_LEVEL = 3

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

install: .venv/.installed ## set up uv and the locked dependencies

.tools/bin/uv:
	@echo "Setting up uv …"
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION)

.venv/.installed: pyproject.toml uv.lock | $(filter .tools/bin/uv,$(UV))
	@echo "Setting up the locked dependencies; the first time this takes a few minutes …"
	$(UV) sync --frozen --python $(PYTHON)
	@touch $@

language: install ## build the language pipeline where its lexicon changed
	$(RUN) python -m acumen.language.build --if-needed

train: language ## train a model where none fits the data
	$(RUN) acumen train --if-needed

serve: train ## open the bot; the address of its page is printed
	$(RUN) acumen serve

shell: train ## talk to the bot in the terminal
	$(RUN) acumen shell

test: lint types check $(if $(NPM),widget-check) vendors train ## run every check and test
	$(RUN) pytest

check: language ## look over the articles
	$(RUN) acumen check

SDK := tests/channels/messaging/sdk/requirements.txt

vendors: build/vendors/.installed ## set up the messengers' own libraries, which check our channels

build/vendors/.installed: $(SDK) | install
	$(UV) venv --quiet --clear --python $(PYTHON) build/vendors
	$(UV) pip sync --quiet --require-hashes --python build/vendors/bin/python $(SDK)
	@touch $@

evaluate: train ## measure the bot on the labelled messages; writes docs/evaluation.md
	$(RUN) python -m acumen.evaluation

bench: train build/encoder-frozen/encoder.onnx ## measure it beside a stock Rasa bot; takes hours; writes docs/benchmarks.md
	$(RUN) python -m benchmarks $(BENCH)

build/encoder-frozen/encoder.onnx: | install
	$(UV) run scripts/export_encoder.py build/encoder-frozen

lint: install ## check style
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: install ## check types
	$(RUN) mypy

validate: install ## let Rasa check its files
	$(RUN) rasa data validate --fail-on-warnings

widget/node_modules/.package-lock.json: widget/package-lock.json
	cd widget && npm ci --ignore-scripts --silent

widget: widget/node_modules/.package-lock.json ## build the chat widget where its sources changed; needs Node
	cd widget && npm run --silent build

widget-check: widget/node_modules/.package-lock.json ## check the widget's types, its size, and that its build is current
	cd widget && npm run --silent check

clean: ## remove what can be made again
	rm -rf var/articles.db* var/passages* .venv .tools .rasa build results widget/node_modules models/*.tar.gz
