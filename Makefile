# One command per task: `make help` lists them. CI runs `make test`.

.DEFAULT_GOAL := help
.PHONY: help demo test lint fmt clippy docs unit kql frames bench soak audit tools frontend editors dist package packaged grafana lab npm \
  chromium prometheus signatures

CARGO ?= cargo
NPM ?= npm
export CARGO_TERM_COLOR ?= auto

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

# Built in the same profile as the tests, which is quick. `make demo PROFILE=release` shows the times of an optimised build.
PROFILE ?= dev

demo: tools ## print what every dashboard panel shows for a simulated fleet, through a real plugin process
	@$(CARGO) build --profile $(PROFILE) --locked --package azuregitops --package lab
	@$(CARGO) run --quiet --profile $(PROFILE) --locked --package lab -- demo

test: lint unit kql frames editors packaged ## run everything that CI runs

lint: fmt clippy docs ## check format, lints and documentation of the backend; warnings are errors

fmt: tools
	$(CARGO) fmt --all -- --check

clippy: tools
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

# Private items are documented as well, so links to them work.
docs: tools
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" $(CARGO) doc --locked --workspace --no-deps --document-private-items --lib

unit: tools prometheus
	$(CARGO) test --locked --workspace --lib --test it --test command

frontend: frontend/node_modules/.locked ## build the editors: dist/module.js
	cd frontend && $(NPM) run --silent build

editors: frontend/node_modules/.locked frontend/oldest/node_modules/.locked chromium ## check types, lints and tests of the editors; the last tests run in a real browser
	cd frontend && $(NPM) run --silent typecheck
	cd frontend && $(NPM) run --silent lint
	cd frontend && $(NPM) run --silent unit
	cd frontend && $(NPM) run --silent build
	cd frontend && $(NPM) run --silent browser

# To pack for another machine, set PLATFORM (for example linux_arm64) and BINARY (the path of its executable).
packing = $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(BINARY),--binary $(BINARY))

dist: $(if $(BINARY),,tools) frontend ## build the folder dist/, which Grafana loads, for this machine
	node packaging/dist.mjs $(packing)

# Signs the plugin for the Grafanas at GRAFANA_ROOT_URLS when GRAFANA_ACCESS_POLICY_TOKEN is set.
package: dist packaging/node_modules/.locked ## pack dist/ into an archive with checksums: packages/
	@if [ -n "$$GRAFANA_ACCESS_POLICY_TOKEN" ]; then npx --yes @grafana/sign-plugin@3.3.3 --rootUrls "$$GRAFANA_ROOT_URLS"; fi
	node packaging/zip.mjs $(packing)

packaged: package ## test the archive: unpack it, start it in an empty root folder, pack it again
	$(CARGO) test --locked --test package

# Builds the simulated Azure of `make grafana` into target/lab. No package contains it. It runs in a container of any Linux.
lab: tools
	node deploy/try/lab.mjs $(if $(PLATFORM),--platform $(PLATFORM))

grafana: dist lab ## start Grafana with a simulated fleet, dashboards and alerts, in Docker; GRAFANA_HOME=folder uses the Grafana in this folder
	@if [ -n "$(GRAFANA_HOME)" ]; then GRAFANA_HOME="$(GRAFANA_HOME)" deploy/try/grafana.sh; else docker compose up; fi

# Installs again when the lock file changes. frontend/oldest has the packages of the oldest supported Grafana.
%/node_modules/.locked: %/package-lock.json | npm
	cd $* && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

# Asks the registry for its signatures, so it needs a registry that signs what it serves.
signatures: frontend/node_modules/.locked frontend/oldest/node_modules/.locked tests/kql/node_modules/.locked tests/frames/node_modules/.locked packaging/node_modules/.locked ## checks the signatures of all packages of npm that are locked here
	@for folder in frontend frontend/oldest tests/kql tests/frames packaging; do echo "$$folder:"; (cd $$folder && $(NPM) audit signatures) || exit 1; done

kql: tools tests/kql/node_modules/.locked ## the queries of Resource Graph, checked by Microsoft's own parser
	@$(CARGO) run --quiet --locked -- export kql | node tests/kql/check.mjs

frames: tests/frames/node_modules/.locked ## read the frames of every query type with Arrow's own reader, and check what Grafana expects of them
	@node tests/frames/check.mjs

bench: tools ## run the benchmarks, built as in the package; PART=decode, write, prometheus, metrics, insights or panels runs a part
	$(CARGO) bench --locked --profile dist --bench plugin -- $(PART)

soak: tools ## run viewers, alert rules and random faults for minutes; SOAK_SECONDS, SOAK_CONFIGURATIONS, SOAK_SEED
	$(CARGO) bench --locked --bench soak

# Needs the advisory database on the network, so CI runs it as a job of its own.
audit: tools signatures ## advisories, licences and sources of all dependencies; signatures of the npm packages
	@$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny@0.20.2
	$(CARGO) deny --locked check

# Prints how to install a tool that is missing.
tools:
	@command -v $(CARGO) >/dev/null || { echo "Rust is missing. Install it: https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || { echo "A C compiler is missing (the TLS library needs one). On Debian or Ubuntu: apt-get install build-essential"; exit 1; }
	@$(CARGO) fmt --version >/dev/null 2>&1 || { echo "rustfmt is missing. Run: rustup component add rustfmt"; exit 1; }
	@$(CARGO) clippy --version >/dev/null 2>&1 || { echo "clippy is missing. Run: rustup component add clippy"; exit 1; }

npm:
	@command -v $(NPM) >/dev/null || { echo "npm is missing. Install Node.js 20 or newer: https://nodejs.org"; exit 1; }

# The browser tests run in any Chromium: CHROMIUM=/path/to/chromium.
export CHROMIUM ?= /usr/bin/chromium
chromium:
	@[ -x "$(CHROMIUM)" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } || { echo "Chromium is missing. On Debian: sudo apt-get install chromium; elsewhere: set CHROMIUM to its path"; exit 1; }

# Tests evaluate PromQL and alert rules with a real Prometheus and its promtool.
prometheus:
	@command -v prometheus >/dev/null && command -v promtool >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y --no-install-recommends prometheus; } || { echo "Prometheus and promtool are missing. On Debian: sudo apt-get install prometheus; elsewhere: https://prometheus.io/download"; exit 1; }
