package clickhouse

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// callTable holds the LLM calls.
const callTable = "llm_call_rows"

// Who called, and what was called on which terms: few of either occur.
var (
	caller = packedColumn{"caller", []string{
		"department", "application", "team", "cost_center", "environment", "service", "workflow", "agent", "step",
		"prompt_name", "prompt_version", "purpose",
	}}
	product = packedColumn{"product", []string{
		"provider", "server_address", "operation", "request_model", "response_model", "service_tier", "requested_tier", "speed", "inference_geo",
		"endpoint_region", "search_context_size", "role", "dialect", "usage_source", "cost_status", "currency", "cost_reason", "catalog_version",
		"cost_rates", "error_type", "status_code", "finish_reasons", "cost_flags",
	}}
)

func newCallBlock() *block[ledger.Call] {
	// A bill is read with the usage, and so after it.
	return newBlock(slices.Concat(columns.Calls(kinds[ledger.Call]()), billColumns(), []column[ledger.Call]{callVersion()}), caller, product)
}
