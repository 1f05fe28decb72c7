# Everything is one command: `make help` lists them. CI runs `make test`.

.DEFAULT_GOAL := help
.PHONY: help demo test lint fmt clippy docs unit bench soak tools tools-prometheus

CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

# Built in the profile of the tests, so that it is there soon; `make demo PROFILE=release` shows the times of an
# optimised build.
PROFILE ?= dev

demo: tools ## the plugin on a simulated fleet, from sign-in to tables, as Grafana would run it
	@$(CARGO) build --profile $(PROFILE) --locked
	@$(CARGO) run --quiet --profile $(PROFILE) --locked -- demo

test: lint unit ## everything that CI runs

lint: fmt clippy docs ## format, lints and documentation, warnings are errors

fmt: tools
	$(CARGO) fmt --all -- --check

clippy: tools
	$(CARGO) clippy --locked --all-targets -- -D warnings

docs: tools
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items --lib

unit: tools tools-prometheus
	@[ -d ../shared/data ] || echo "Left out: comparisons with recorded replies of Azure, which are not beside this clone (../shared/data)."
	$(CARGO) test --locked --lib --test it

bench: tools ## benchmarks of what the package holds; PART=decode, write or panels for a part
	$(CARGO) bench --locked --profile dist --bench plugin -- $(PART)

soak: tools ## minutes of viewers, alert rules and faults at random; SOAK_SECONDS, SOAK_CONFIGURATIONS, SOAK_SEED
	$(CARGO) bench --locked --bench soak

# The real Prometheus, which tests compare the simulated one with.
tools-prometheus:
	@if command -v prometheus >/dev/null && command -v promtool >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Prometheus, which tests compare with."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus; \
	else \
		echo "Prometheus is missing (tests compare with it). On Debian or Ubuntu: sudo apt-get install prometheus"; exit 1; \
	fi

# Says what to do where it can't be done here.
tools:
	@command -v $(CARGO) >/dev/null || { echo "Rust is missing. Install it: https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || { echo "A C compiler is missing (the TLS library needs one). On Debian or Ubuntu: apt-get install build-essential"; exit 1; }
	@$(CARGO) fmt --version >/dev/null 2>&1 || { echo "rustfmt is missing. Run: rustup component add rustfmt"; exit 1; }
	@$(CARGO) clippy --version >/dev/null 2>&1 || { echo "clippy is missing. Run: rustup component add clippy"; exit 1; }
