# `make` does what CI does; `make help` lists the steps.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := all

# The modules of go.work, which all are tested; docs/adr/0005-modules.md says why there are five.
comma := ,
MODULES := $(shell sed -n 's|^\t\(\.[^ ]*\)$$|\1|p' go.work)
PARTS := .cache/parts
BIN := bin/spanledger

# DuckDB's archives bring three extensions that nothing here uses: one completes statements in
# its shell, 1.3 MB with a parser of its own, one reads and writes JSON, 0.9 MB, and one has time
# zones and orders of texts, which take 5 ms of CPU time at each start. Their four names are
# made those of the core functions, which DuckDB finds loaded already. The flag -no-pie is
# Go's own, which does not find out that it is allowed where a name is missing in its trial.
empty :=
alias = --defsym=$(subst %,$(2),$(1))=$(subst %,22CoreFunctionsExtension,$(1))
ALIASES := $(subst $(empty) $(empty),$(comma),$(strip $(foreach extension,21AutocompleteExtension 13JsonExtension 12IcuExtension,\
	$(foreach name,_ZN6duckdb%4LoadERNS_15ExtensionLoaderE _ZN6duckdb%4NameB5cxx11Ev _ZNK6duckdb%7VersionB5cxx11Ev _ZTVN6duckdb%E,\
		$(call alias,$(name),$(extension))))))

# Without what debuggers read, and without gRPC's own pages of traces, whose
# templates would keep every method of every type in the binary. The symbols of
# DuckDB's archives are for its extensions in C++, which nothing here loads.
BUILD := -tags=grpcnotrace -ldflags="-s -w $(if $(filter Linux,$(shell uname -s)),'-extldflags=-no-pie -Wl$(comma)--exclude-libs$(comma)ALL$(comma)--gc-sections$(comma)$(ALIASES)')"
# The most that the binary may take, in bytes.
LARGEST := 90000000

# Tests are linked without what only debuggers read, which is a third of a link's
# time, and vetted once, by `make vet`.
TEST := go test -ldflags=-w -vet=off -timeout 50m

# Go files of the project; the cache holds other people's modules.
GOFILES = $(shell git ls-files --cached --others --exclude-standard '*.go')

.PHONY: all test race nightly fuzz chaos bench build tidy fmt fmt-check vet lint words generate generated isolated rules parts page demo clean help \
	deploy-test kubernetes-test kubernetes-manifests release-test size sbom vulnerabilities cold reproducible

all: fmt-check vet lint generated isolated rules race ## What CI checks after `make test`, but for Docker, Kubernetes and the release

test: parts ## Unit, conformance and end-to-end tests of all modules
	@failed=; for m in $(MODULES); do (cd $$m && $(TEST) ./...) || failed+=" $$m"; done; \
	$(TEST) -tags full,grpcnotrace ./collector/distro || failed+=" full"; \
	[[ -z $$failed ]] || { echo "tests failed in:$$failed"; exit 1; }

# -short leaves out the tests that drive built programs for minutes: the race
# detector does not see into those.
race: parts ## All but the longest tests under the race detector
	@failed=; for m in $(MODULES); do (cd $$m && $(TEST) -race -short ./...) || failed+=" $$m"; done; \
	[[ -z $$failed ]] || { echo "tests failed in:$$failed"; exit 1; }

nightly: fuzz chaos ## The tests that draw cases at random, with many more, and of faults
	$(TEST) -run TestTransport_IsInvisible ./instrumentation/otelgenai -args -differential.cases 100000 -differential.seed "$$(date +%s)000000"
	$(TEST) -run 'TestStore|TestTwoShards' ./collector/ledger/duckdb ./collector/ledger/clickhouse -args -ledgertest.draws 5

FUZZTIME ?= 10m
fuzz: ## Every fuzz target of every module, each for FUZZTIME
	@.ci/fuzz $(FUZZTIME)

DURATION ?= 30m
chaos: ## Kills, full disks and hostile senders for DURATION on each store; what was acknowledged is billed once
	go test -ldflags=-w -vet=off -timeout 24h -count 1 -v -run '^TestChaos$$' ./collector/internal/testing/durability -args -chaos.duration $(DURATION)

bench: ## Benchmarks of all modules; docs/benchmarks.md says what to expect
	@for m in $(MODULES); do (cd $$m && go test -run '^$$' -bench . -benchmem ./...); done

build: ## The binary, as bin/spanledger
	@echo "compiling $(BIN): some minutes the first time, seconds afterwards" >&2
	@start=$$SECONDS; go build $(BUILD) -o $(BIN) ./collector/cmd/spanledger; \
	echo "compiled in $$((SECONDS - start)) s" >&2

size: build ## Check that the binary is not larger than it need be
	@size=$$(wc -c <$(BIN)); ((size <= $(LARGEST))) || { echo "$(BIN) has $$size bytes, more than $(LARGEST) (hint: go build -ldflags=-dumpdep names what keeps a <ReflectMethod>; docs/benchmarks.md has the parts)" >&2; exit 1; }; echo "$(BIN): $$size bytes"

demo: build ## The demo, with nothing else running
	@$(BIN) demo

fmt: ## Format all Go files
	@gofmt -w $(GOFILES)

fmt-check: ## Fail on Go files that are not formatted
	@out=$$(gofmt -l $(GOFILES)); [[ -z $$out ]] || { echo "not formatted (hint: make fmt):"; echo "$$out"; exit 1; }

vet: ## go vet
	@for m in $(MODULES); do (cd $$m && go vet ./...); done
	@go vet -tags full,grpcnotrace ./collector/distro

lint: words ## golangci-lint and the words, pinned in .ci/parts
	@.ci/parts/get lint
	@for m in $(MODULES); do (cd $$m && $(CURDIR)/$(PARTS)/golangci-lint run --config $(CURDIR)/.golangci.yml ./...); done

words: ## Check documents, help texts, messages and comments against the words of docs/glossary.md
	@.ci/words/run

# The exporter's tests start ClickHouse, and so have a main of their own.
generate: ## Write the generated files of the collector's components from their metadata.yaml
	@.ci/parts/get mdatagen
	@for f in $$(git ls-files 'collector/*/metadata.yaml'); do \
		(cd "$${f%/*}" && GOWORK=off GOFLAGS=-mod=readonly PATH="$(CURDIR)/$(PARTS):$$PATH" go generate .); \
	done
	@rm -f collector/exporter/costledgerexporter/generated_package_test.go

generated: generate ## Fail on generated files that are not what metadata.yaml says
	@out=$$(git status --porcelain -- 'collector/**/generated_*.go' 'collector/**/documentation.md'); \
	[[ -z $$out ]] || { echo "not generated from metadata.yaml (hint: make generate, and commit):"; echo "$$out"; exit 1; }

isolated: ## Build each module without go.work, which hides a missing requirement, and see that its go.mod is tidy
	@cd .ci/modules && GOWORK=off go run . check

tidy: ## go mod tidy in every module, each with the others as they are here
	@cd .ci/modules && GOWORK=off go run . tidy

rules: ## Check the Prometheus rules and the Alertmanager configuration; `make test` tests what the rules say
	@.ci/parts/get prometheus alertmanager
	@$(PARTS)/promtool check rules dashboards/rules/*.yaml
	@$(PARTS)/amtool check-config deploy/alertmanager/alertmanager.yml

# Without CI set, a part that cannot be had only skips the tests that need it;
# they name it.
parts: ## Fetch or build the servers and tools that tests run against into .cache
	@.ci/parts/get clickhouse jaeger prometheus alertmanager grafana-schema emitters page esbuild chromium compose sbom || { \
		[[ -z $${CI:-} ]] || exit 1; \
		echo "some parts are missing; tests that need them will be skipped" >&2; }

page: ## Bundle the page of reports into dist, and compress the API's document; both are committed
	@.ci/parts/get page esbuild
	@go test ./collector/report/reportapi -run TestSpec_TheCompressed -count 1 -update
	@go test ./collector/extension/ledgerapiextension/web -run 'TestTypes|TestBundle' -count 1 -update

deploy-test: ## Start the Compose file on a Docker engine of its own and check it; needs root
	@.ci/parts/get clickhouse jaeger prometheus alertmanager compose
	@deploy/test/run

kubernetes-test: ## Lint and render the Helm chart, read it with the API's types, hold deploy/kubernetes to it
	@cd deploy/test/kubernetes && GOWORK=off GOFLAGS=-mod=readonly go run . ../..

kubernetes-manifests: ## Render deploy/kubernetes from the Helm chart
	@cd deploy/test/kubernetes && GOWORK=off GOFLAGS=-mod=readonly go run . -update ../..

release-test: ## Check the release: workflows, goreleaser's configuration, a snapshot for this platform
	@.ci/parts/get goreleaser actionlint
	@deploy/test/release

sbom: build ## The list of the binary's modules, as bin/spanledger.cdx.json (CycloneDX)
	@.ci/parts/get sbom
	@deploy/sbom $(BIN) $(BIN).cdx.json

vulnerabilities: build ## Look the binary's code up in Go's database of vulnerabilities
	@.ci/parts/get vuln
	@deploy/test/vulnerabilities $(BIN)

cold: ## Measure the way from empty caches to the demo's first output; many minutes
	@deploy/test/cold

reproducible: ## Build the binary twice, apart, and compare; many minutes, since nothing is cached
	@deploy/test/reproducible

clean: ## Remove built binaries; the cache of parts stays
	rm -rf bin

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
