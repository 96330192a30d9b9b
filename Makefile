# The commands of the project. Each is a few lines; what they need lives in deploy/.
# SEED and SCALE are handed to the rehearsal, SEEDS and FIRST to the simulation, MINUTES, FAULTS,
# SEED and KINDS to the chaos, CASE and ROUNDS to the benchmark, PART to the measured import; DIR names
# a backup, SERVICE what of it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SEED ?=
SCALE ?= demo
SEEDS ?= 10000
FIRST ?= 1
MINUTES ?= 10
FAULTS ?= 50
KINDS ?=
CASE ?=
ROUNDS ?= 5
PART ?= 1
DIR ?=
SOURCES := Package.swift $(wildcard Services Shared Tests)
SCRIPTS := deploy/setup deploy/bench/run deploy/bench/import-measure $(wildcard deploy/local/*.sh) .ci/run Tests/Benchmarks/peers/run \
  $(addprefix deploy/local/,stack fault demo rehearse test with-test-servers backup restore)

# Release builds go product by product: the optimiser of Swift 6.3.1 ends with an ownership error on
# the in-memory twins of TestSupport, which no product contains.
PRODUCTS := embedded-broker intake case-tracking rating notification rehearsal
# What nobody ships: floors of the benchmark.
FLOORS := hello-floor microbenchmarks mail-transport

.PHONY: help setup build demo years test up down status backup restore format lint check simulate chaos test-cluster \
  bench import-measure

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Install what is missing (Debian packages); a second run changes nothing
	@deploy/setup

build: ## Build everything, debug
	swift build

demo: ## From nothing to a rehearsed review year; SEED=… SCALE=…; leaves the stack running
	@SEED='$(SEED)' SCALE='$(SCALE)' deploy/local/demo

years: ## From nothing to five rehearsed years, in which two provinces become one; SEED=…
	@SEED='$(SEED)' CHRONICLE=five-years deploy/local/demo

test: setup ## Run every test but those that need a real cluster
	swift build --build-tests
	deploy/local/with-test-servers deploy/local/test

up: ## Start the local stack and wait until it is ready
	@deploy/local/stack up

down: ## Stop the local stack; its data stays
	@deploy/local/stack down

status: ## Show what runs and how far behind it is
	@deploy/local/stack status

backup: ## Write a backup: make backup DIR=…
	@deploy/local/backup '$(or $(DIR),$(error name a new directory: make backup DIR=…))'

restore: ## Put a backup back, the services being stopped: make restore DIR=… [SERVICE=intake]
	@deploy/local/restore '$(or $(DIR),$(error name the backup: make restore DIR=…))' $(SERVICE)

format: ## Format all Swift sources in place
	swift format --in-place --recursive $(SOURCES)

lint: ## Check formatting, and the scripts where shellcheck is installed
	swift format lint --strict --recursive $(SOURCES)
	@if command -v shellcheck >/dev/null; then shellcheck -x $(SCRIPTS); \
	  else echo 'shellcheck is not installed: scripts are not checked'; fi

check: lint build test ## Lint, build and test

simulate: ## Play seeded stories of the engine: SEEDS=… FIRST=…
	REVIEW_SIMULATION_SEEDS='$(SEEDS)' REVIEW_SIMULATION_FIRST='$(FIRST)' \
	  swift test --filter '^SimulationTests\.'

chaos: ## Let everything fail while years are played: MINUTES=… FAULTS=… SEED=… KINDS=…
	swift build --build-tests
	REVIEW_CHAOS_MINUTES='$(MINUTES)' REVIEW_CHAOS_FAULTS='$(FAULTS)' REVIEW_CHAOS_SEED='$(SEED)' \
	  REVIEW_CHAOS_KINDS='$(KINDS)' deploy/local/with-test-servers swift test --skip-build --filter 'everything fails'

test-cluster: ## Run what only a real cluster can show; needs KAFKA_BOOTSTRAP_SERVERS
	@if [[ -z "$${KAFKA_BOOTSTRAP_SERVERS:-}" ]]; then \
	  echo 'error: set KAFKA_BOOTSTRAP_SERVERS to a real Kafka cluster (host:port,…); the embedded broker cannot stand in' >&2; \
	  exit 1; fi
	@grep -rqs 'struct .*ClusterTests\|@Suite.*ClusterTests' Tests || { \
	  echo 'error: there is no ClusterTests suite yet; docs/reference/unproven.md lists what it must show' >&2; exit 1; }
	deploy/local/with-test-servers swift test --filter ClusterTests

bench: ## Measure ours beside floors and peers, release build: CASE=… ROUNDS=…; all of it writes the page
	@deploy/bench/run --help >/dev/null & # Installs the peers meanwhile.
	@for product in $(filter-out rehearsal,$(PRODUCTS)) $(FLOORS); do swift build -c release --product $$product; done
	deploy/bench/run $(CASE) --rounds $(ROUNDS) $(if $(CASE),,--write)

import-measure: ## Import a province's lists from XLSX and CSV, with and without faults, release build: PART=0.05
	@for product in $(filter-out rehearsal,$(PRODUCTS)); do swift build -c release --product $$product; done
	deploy/bench/import-measure --scale '$(PART)'
