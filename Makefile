# make demo        a portal with a client, staff, gateways and providers to pay at, on http://127.0.0.1:8080
# make test        every test, the journeys through a real browser included
# make histories   tells COUNT payment histories with every fault, and looks for lost, doubled and stuck payments
# make bench       measures against floors, writes $(TARGET)/bench.json
# make clean-demo  forgets the demo's data

TARGET := $(or $(CARGO_TARGET_DIR),target)
TOLLGATE := $(TARGET)/debug/tollgate
COMPONENTS := $(TARGET)/components
PLUGINS := $(COMPONENTS)/add-funds.wasm $(COMPONENTS)/bank-transfer.wasm $(COMPONENTS)/paypal.wasm $(COMPONENTS)/card.wasm
SIMULATORS := $(TARGET)/debug/simulators

sources = $(shell find $(1) plugins/sdk Cargo.toml -type f -not -path '*/tests/*' 2>/dev/null)

.PHONY: demo test histories bench clean-demo setup-demo setup-test host

demo: setup-demo host $(PLUGINS)
	@TOLLGATE=$(TOLLGATE) SIMULATORS=$(SIMULATORS) COMPONENTS=$(COMPONENTS) tests/demo/run

test: setup-test host $(PLUGINS)
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace; else cargo test --workspace; fi

# SEED= tells the same again, ONLY= one of them with its diary, PLANT= with a bug: tests/histories/README.md
COUNT ?= 20000
histories: setup-demo host $(PLUGINS)
	@cargo build --workspace --bin histories
	@$(TARGET)/debug/histories --count $(COUNT) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(PLANT),--plant $(PLANT))

bench: setup-demo host $(PLUGINS)
	cargo build --release --workspace --bin tollgate
	cargo bench --workspace --bench bench

clean-demo:
	rm -rf .demo

setup-demo:
	@.ci/setup demo

setup-test:
	@.ci/setup test

# For the whole workspace, so that the tests find every dependency built with the same features.
host:
	@cargo build --workspace --bin tollgate --bin simulators

# A plugin is compiled again where its source, or the SDK's, changed.
$(COMPONENTS)/add-funds.wasm: $(call sources,plugins/add-funds) | host
	@mkdir -p $(COMPONENTS)
	$(TOLLGATE) plugin build plugins/add-funds -o $@

$(COMPONENTS)/bank-transfer.wasm: $(call sources,gateways/bank-transfer) | host
	@mkdir -p $(COMPONENTS)
	$(TOLLGATE) plugin build gateways/bank-transfer -o $@

$(COMPONENTS)/paypal.wasm: $(call sources,gateways/paypal) | host
	@mkdir -p $(COMPONENTS)
	$(TOLLGATE) plugin build gateways/paypal -o $@

$(COMPONENTS)/card.wasm: $(call sources,gateways/card) | host
	@mkdir -p $(COMPONENTS)
	$(TOLLGATE) plugin build gateways/card -o $@
