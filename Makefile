# Two commands do everything: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen
APP := services/mingjing/services/console/app
DIST := services/mingjing/services/console/dist
LOG ?=
MAP ?=
PACK ?=
CALENDAR ?=
UNTIL ?=
SEED ?= 1

help: ## List what can be made
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: setup console ## The main job, live: the simulated city, or a real log with LOG= MAP= PACK= [CALENDAR= UNTIL=]
	$(RUN) mingjing demo $(if $(LOG),--log "$(LOG)") $(if $(MAP),--map "$(MAP)") $(if $(PACK),--pack "$(PACK)") $(if $(CALENDAR),--calendar "$(CALENDAR)") $(if $(UNTIL),--until "$(UNTIL)")

test: setup console machine check ## Everything: style, types, imports, unit, contract, system and browser tests
	@# Those that drive whole systems mostly wait for them; those that need none, or single servers, run beside.
	@mkdir -p .mingjing
	@$(RUN) pytest -p no:randomly -m "not system and not browser" >.mingjing/tests-beside.log 2>&1 & beside=$$!; \
	trap 'kill $$beside 2>/dev/null' EXIT; \
	$(RUN) pytest -p no:randomly -m "system and not browser"; system=$$?; \
	wait $$beside; others=$$?; cat .mingjing/tests-beside.log; \
	$(RUN) pytest -p no:randomly -m browser; browser=$$?; \
	(cd $(APP) && npm test --silent); console=$$?; \
	exit $$((system || others || browser || console))

check: lint types imports ## Style, types and the direction of imports

fast: lint types imports ## What to run while writing: no broker, no browser
	$(RUN) pytest -m "not contract and not system and not browser and not long"

lint:
	$(RUN) ruff check
	$(RUN) ruff format --check

types:
	$(RUN) mypy

imports:
	$(RUN) lint-imports

format: ## Write every file as the formatter wants it
	$(RUN) ruff check --fix
	$(RUN) ruff format

up: setup console ## The local stack alone, with nothing sent to it
	$(RUN) mingjing dev up

bench: setup ## Print the figures (engine, stream and its peers, latency, outages, start-up); about 40 minutes
	for each in startup engine stream_floor throughput peers_stream latency outage open_cases backtest; do $(RUN) python bench/$$each.py || exit 1; done

compiled: setup console ## A wheel in dist/ with the hot part of the rules compiled, for this Python and machine
	HATCH_BUILD_HOOKS_ENABLE=1 $(RUN) python -m hatchling build -t wheel

budget: setup ## 200,000 events against the truth, and their CPU against what they may cost
	$(RUN) python bench/peers_stream.py --ways mingjing --events 200000 --most 75

city: setup ## Twice 100,000 cases of another seed (SEED=): plots = oracle = engine
	$(RUN) mingjing city check --cases 100000 --seed $(SEED) --engine --agencies deploy/local/agencies.yaml
	$(RUN) mingjing city check --cases 100000 --seed $(SEED) --optional --engine --agencies deploy/local/agencies.yaml

torture: setup ## An hour of kills and stalls and ten minutes without ClickHouse, compared with the truth
	OUTAGE_SECONDS=600 $(RUN) pytest -s -p no:randomly tests/system/test_store_outage.py
	TORTURE_SECONDS=3600 $(RUN) pytest -p no:randomly tests/system/test_torture.py

schedules: setup ## Five thousand seeded schedules of crashes, stalls and late writes, in virtual time
	SCHEDULES=5000 $(RUN) pytest -s -p no:randomly tests/streams/test_schedules.py

setup: .venv/.ready ## Python environment and what is in it

machine: setup ## Debian packages that the tests drive: ClickHouse, databases, Chromium, Chinese fonts
	@deploy/local/machine.sh

console: $(DIST)/index.html ## Build the console

.venv/.ready: pyproject.toml uv.lock
	@command -v $(UV) >/dev/null || deploy/local/uv.sh
	$(UV) sync --frozen
	@touch $@

$(DIST)/index.html: $(APP)/package-lock.json $(shell find $(APP) -path $(APP)/node_modules -prune -o -type f -print 2>/dev/null)
	@command -v npm >/dev/null || { echo "Node.js 20 or newer is needed to build the console: apt-get install nodejs npm"; exit 1; }
	cd $(APP) && npm ci --no-audit --no-fund && npm run build

.PHONY: help demo test check fast lint types imports format up bench compiled budget city torture schedules setup machine console
