# make demo        a portal with a client, staff, gateways and providers to pay at, on http://localhost:8080
# make test        every test, the journeys through a real browser included
# make judges      has the providers' contracts and libraries, and others' simulators, judge what make test recorded, and more
# make histories   tells COUNT payment histories with every fault, and looks for lost, doubled and stuck payments
# make fuzz        feeds whatever takes something from outside with broken bytes, for TIME seconds each
# make hostile     lets every attack of a hostile plugin happen, says how each was contained, and what honest calls feel of them
# make bench       measures against floors, writes $(TARGET)/bench.json
# make clean-demo  forgets the demo's data

TARGET := $(or $(CARGO_TARGET_DIR),target)
TOLLGATE := $(TARGET)/debug/tollgate
BUILD_PLUGIN := $(TARGET)/debug/build-plugin
COMPONENTS := $(TARGET)/components
PLUGINS := $(COMPONENTS)/add-funds.wasm $(COMPONENTS)/bank-transfer.wasm $(COMPONENTS)/paypal.wasm $(COMPONENTS)/card.wasm
SIMULATORS := $(TARGET)/debug/simulators
# What the providers' stand-ins received and answered in `make test`, for `make judges`.
RECORDS := $(abspath $(TARGET))/judges/records

sources = $(shell find $(1) plugins/sdk Cargo.toml -type f -not -path '*/tests/*' 2>/dev/null)

.PHONY: demo test judges histories fuzz hostile bench clean-demo setup-demo setup-test setup-judges built host

demo: setup-demo built
	@TOLLGATE=$(TOLLGATE) SIMULATORS=$(SIMULATORS) COMPONENTS=$(COMPONENTS) tests/demo/run

test: export SIMULATOR_RECORD := $(RECORDS)
test: setup-test built
	@rm -rf $(RECORDS) && mkdir -p $(RECORDS)
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace; else cargo test --workspace; fi

judges: setup-judges built
	@tests/judges/install $(TARGET)/judges
	@cargo build --workspace --bin judges
	@$(TARGET)/debug/judges --tools $(TARGET)/judges --components $(COMPONENTS) --records $(RECORDS)

# SEED= tells the same again, ONLY= one of them with its diary, PLANT= with a bug: tests/histories/README.md
COUNT ?= 20000
histories: setup-demo built
	@cargo build --workspace --bin histories
	@$(TARGET)/debug/histories --count $(COUNT) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(PLANT),--plant $(PLANT))

# SEED= makes the same inputs again: tests/fuzz/README.md
TIME ?= 10
fuzz: setup-demo
	@cargo build --workspace --bin fuzz
	@$(TARGET)/debug/fuzz --time $(TIME) $(if $(SEED),--seed $(SEED)) --findings $(TARGET)/fuzz

# ONLY= a family or an attack, MEASURE= for what honest calls feel alone: tests/hostile/README.md
hostile: setup-demo built
	@cargo build --workspace --bin hostile
	@$(TARGET)/debug/hostile $(if $(ONLY),--only $(ONLY)) $(if $(MEASURE),--measure)

bench: setup-demo built
	cargo build --release --workspace --bin tollgate
	cargo bench --workspace --bench bench

clean-demo:
	rm -rf .demo

setup-demo:
	@.ci/setup demo

setup-test:
	@.ci/setup test

setup-judges:
	@.ci/setup judges

# The plugins compile while the host does, so that no processor waits for the other's last crate.
built:
	@cargo build --workspace --bin build-plugin
	@$(MAKE) --no-print-directory --jobs=2 host $(PLUGINS)

# For the whole workspace, so that the tests find every dependency built with the same features.
host:
	@cargo build --workspace --bin tollgate --bin simulators

# A plugin is compiled again where its source, or the SDK's, changed.
$(COMPONENTS)/add-funds.wasm: $(call sources,plugins/add-funds)
	@mkdir -p $(COMPONENTS)
	$(BUILD_PLUGIN) plugins/add-funds $@

$(COMPONENTS)/bank-transfer.wasm: $(call sources,gateways/bank-transfer)
	@mkdir -p $(COMPONENTS)
	$(BUILD_PLUGIN) gateways/bank-transfer $@

$(COMPONENTS)/paypal.wasm: $(call sources,gateways/paypal)
	@mkdir -p $(COMPONENTS)
	$(BUILD_PLUGIN) gateways/paypal $@

$(COMPONENTS)/card.wasm: $(call sources,gateways/card)
	@mkdir -p $(COMPONENTS)
	$(BUILD_PLUGIN) gateways/card $@
