# Parlor. `make` alone explains.

.DEFAULT_GOAL := help
.PHONY: help run cluster test check test-rust test-web test-e2e chaos bench web web-dev codegen fmt clean

# No browsers are downloaded by npm: the journeys use the system's Chromium.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: web ## builds everything and serves on http://localhost:8080, data in ./data
	cargo build --release --locked --package parlor-server
	./target/release/parlor serve

cluster: web ## three nodes with PostgreSQL, Redis and HAProxy on this machine, to try; data in ./data/cluster
	cargo build --release --locked --package parlor-server
	@cargo xtask cluster

test: ## everything that must hold; installs browser, databases and proxies when missing
	@cargo xtask test

check: ## the fast loop: format, tidy, clippy, lint and types of the client
	@cargo xtask test check

test-rust: ## Rust alone, on SQLite and PostgreSQL
	@cargo xtask test rust

test-web: ## the client alone: lint, types, unit tests, translations, budgets
	@cargo xtask test web

test-e2e: ## the journeys in a browser
	@cargo xtask test e2e

chaos: web ## three nodes and every fault for 20 s each, with a table; takes many minutes
	@cargo xtask chaos

bench: web e2e/node_modules/.package-lock.json ## what it costs on this machine, into ./target/bench; BENCH="--quick fanout" picks, BENCH=--save-baseline keeps
	cargo build --release --locked --package parlor-server
	@cargo xtask peers || echo "Other servers are not measured."
	./target/release/parlor bench --out target/bench $(BENCH)

web: web/node_modules/.package-lock.json ## the client, into web/dist
	cd web && npm run --silent build

web-dev: web/node_modules/.package-lock.json ## the client with hot reload, beside a running server
	cd web && npm run dev

codegen: web/node_modules/.package-lock.json ## docs/openapi.json, docs/parlor.example.toml, the client's types
	cargo xtask codegen

fmt: web/node_modules/.package-lock.json e2e/node_modules/.package-lock.json ## formats Rust and TypeScript
	cargo fmt --all
	cd web && npm run --silent format
	cd e2e && npm run --silent format

clean: ## removes what was built; ./data stays
	cargo clean
	rm -rf web/dist web/node_modules e2e/node_modules e2e/test-results e2e/playwright-report

# npm writes this file at the end of an install: older than the lockfile means out of date.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM_CI)
	@touch $@
