# One front door. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# What an earlier installation compiled must not outlive its source.
COMPILED = searchsvc/columnar/compiled/loops.cpp searchsvc/columnar/compiled/loops.*.so
DEV_STAMP := $(VENV)/.installed-dev
# Files run side by side; a file runs in one process, so what it builds once it builds once.
PYTEST_ARGS ?= -n auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help install serve test bench beside gains tables wrong fuzz speed rank kills cuts flips full soak increments hostile fuzz-readers storm described pictures weigh opensearch-up opensearch-down node-loss swaps audit container check format lint types contracts duplicates fix clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 14

$(STAMP): pyproject.toml $(wildcard searchsvc/columnar/compiled/*.p*x*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "searchsvc needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@rm -f $(COMPILED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(STAMP) ## install into .venv

serve: $(STAMP) ## index the sample archive on first run, then serve the search page
	$(BIN)/searchsvc serve --sample

test: $(DEV_STAMP) ## run the tests; those on a cluster start one, where that can be
	$(BIN)/python -m tests.cluster run $(BIN)/python -m pytest $(PYTEST_ARGS)

NODES ?= 3
opensearch-up: $(DEV_STAMP) ## start an OpenSearch cluster on loopback; NODES=3
	$(BIN)/python -m tests.cluster up --nodes $(NODES) $(UP_ARGS)

opensearch-down: $(DEV_STAMP) ## end it and delete its data
	$(BIN)/python -m tests.cluster down

node-loss: $(DEV_STAMP) ## kill nodes of a cluster while it is loaded and asked; NODE_LOSS_ARGS="--rounds 4"
	$(BIN)/python -m tests.cluster.node_loss $(NODE_LOSS_ARGS)

swaps: $(DEV_STAMP) ## publish in a cluster under search load; SWAPS_ARGS="--swaps 12"
	$(BIN)/python -m tests.cluster.swaps $(SWAPS_ARGS)

bench: $(DEV_STAMP) ## measure beside other engines; BENCH_ARGS="--help" lists the options
	$(BIN)/python -m tests.bench $(BENCH_ARGS)

beside: $(DEV_STAMP) ## our embedded engine beside OpenSearch, over HTTP; BESIDE_ARGS="--docs 10000"
	$(BIN)/python -m tests.cluster.beside $(BESIDE_ARGS)

BASE ?= HEAD~1
gains: $(DEV_STAMP) ## statements gained and lost since revision BASE
	$(BIN)/python -m tests.extraction.gains --base $(BASE) $(GAINS_ARGS)

tables: $(DEV_STAMP) ## precision and recall by rule, source and verb
	$(BIN)/python -m tests.extraction.tables $(TABLES_ARGS)

wrong: $(DEV_STAMP) ## list anew the hard cases that are read wrongly, with causes
	$(BIN)/python -m tests.extraction.known_wrong --why

fuzz: $(DEV_STAMP) ## extract from odd prose; FUZZ_ARGS="--texts 100000"
	$(BIN)/python -m tests.extraction.fuzz $(FUZZ_ARGS)

speed: $(DEV_STAMP) ## articles extracted a second, memory, growth
	$(BIN)/python -m tests.extraction.speed $(SPEED_ARGS)

rank: $(DEV_STAMP) ## nDCG and MAP on the judged collections; RANK_ARGS="--set search.reordered=0"
	$(BIN)/python -m tests.ranking $(RANK_ARGS)

kills: $(DEV_STAMP) ## kill commands at random moments while clients search; KILLS_ARGS="--kills 200"
	$(BIN)/python -m tests.durability.kills $(KILLS_ARGS)

cuts: $(DEV_STAMP) ## cut the power at any moment of what builds an index; needs strace
	$(BIN)/python -m tests.durability.power_cuts $(CUTS_ARGS)

flips: $(DEV_STAMP) ## flip bits of a generation and ask everything
	$(BIN)/python -m tests.durability.flips $(FLIPS_ARGS)

full: $(DEV_STAMP) ## fill the disk at any moment of a reindex
	$(BIN)/python -m tests.durability.disk_full $(FULL_ARGS)

soak: $(DEV_STAMP) ## mixed load and an increment every ten seconds; SOAK_ARGS="--minutes 30"
	$(BIN)/python -m tests.durability.soak $(SOAK_ARGS)

increments: $(DEV_STAMP) ## random increments against a build afresh
	$(BIN)/python -m tests.durability.increments $(INCREMENTS_ARGS)

hostile: $(DEV_STAMP) ## hostile archives at full size: outcome, time and memory
	$(BIN)/python -m tests.hostile.archives $(HOSTILE_ARGS)

fuzz-readers: $(DEV_STAMP) ## odd bytes for readers, dates, queries, manifest, HTTP; FUZZ_READERS_ARGS="--guided --minutes 60"
	$(BIN)/python -m tests.hostile.fuzz $(FUZZ_READERS_ARGS)

storm: $(DEV_STAMP) ## a hundred hostile requests to a server; STORM_ARGS="--index FOLDER"
	$(BIN)/python -m tests.hostile.storm $(STORM_ARGS)

described: $(DEV_STAMP) ## schemathesis against a server, all checks; DESCRIBED_ARGS="--examples 500"
	$(BIN)/python -m tests.endpoint.described $(DESCRIBED_ARGS)

pictures: $(DEV_STAMP) ## the screenshots of docs/images, over the sample archive
	$(BIN)/python -m tests.browser.screenshots

weigh: $(DEV_STAMP) ## what the search page weighs and how soon it is there; WEIGH_ARGS="--each 5"
	$(BIN)/python -m tests.browser.weigh $(WEIGH_ARGS)

audit: $(DEV_STAMP) ## known holes in the packages that are installed
	$(BIN)/python -m pip_audit --strict

container: $(DEV_STAMP) ## the Containerfile's steps, without a container
	$(BIN)/python -m tests.container

check: format lint types contracts duplicates test ## everything that must hold before a commit

format: $(DEV_STAMP) ## formatting, checked only; `make fix` applies it
	$(BIN)/ruff format --check searchsvc tests

lint: $(DEV_STAMP) ## ruff, every rule but the listed ones
	$(BIN)/ruff check searchsvc tests

types: $(DEV_STAMP) ## mypy, strict
	$(BIN)/mypy

contracts: $(DEV_STAMP) ## which room may import which
	$(BIN)/lint-imports

duplicates: $(DEV_STAMP) ## the same eight lines twice
	$(BIN)/pylint --disable=all --enable=duplicate-code --min-similarity-lines=8 --ignore-imports=yes --ignore-signatures=yes searchsvc

fix: $(DEV_STAMP) ## apply formatting and safe lint fixes
	$(BIN)/ruff format searchsvc tests
	$(BIN)/ruff check --fix searchsvc tests

clean: ## remove the environment, caches and built indexes
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(COMPILED)
	find index -mindepth 1 ! -name README.md ! -name .gitignore -delete
