package columns

import (
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Calls are the columns of a call but for its bill and its version, which the
// stores keep differently.
func Calls[C any](k Kinds[ledger.Call, C]) []C {
	return append(CallsToPrice(k),
		k.Duration("ttfc_ns", func(c *ledger.Call) *time.Duration { return &c.TimeToFirstChunk }),
		k.Text("user_id", func(c *ledger.Call) *string { return &c.User }),
		k.Word("department", func(c *ledger.Call) *string { return &c.Department }),
		k.Word("application", func(c *ledger.Call) *string { return &c.Application }),
		k.Word("team", func(c *ledger.Call) *string { return &c.Team }),
		k.Word("cost_center", func(c *ledger.Call) *string { return &c.CostCenter }),
		k.Word("environment", func(c *ledger.Call) *string { return &c.Environment }),
		k.Tags("tags", func(c *ledger.Call) *map[string]string { return &c.Tags }),
		k.Word("workflow", func(c *ledger.Call) *string { return &c.Workflow }),
		k.Word("agent", func(c *ledger.Call) *string { return &c.Agent }),
		k.Word("step", func(c *ledger.Call) *string { return &c.Step }),
		k.Text("conversation_id", func(c *ledger.Call) *string { return &c.ConversationID }),
		k.Word("service", func(c *ledger.Call) *string { return &c.Service }),
		k.Small("attempt", func(c *ledger.Call) *int { return &c.Attempt }),
		k.Text("prompt_prefix", func(c *ledger.Call) *string { return &c.PromptPrefix }),
		k.Count("prompt_prefix_tokens", func(c *ledger.Call) *int64 { return &c.PromptPrefixTokens }),
		k.Flag("aborted", func(c *ledger.Call) *bool { return &c.Aborted }),
		k.Text("prompt_parts", func(c *ledger.Call) *string { return &c.PromptParts }),
		k.Word("prompt_name", func(c *ledger.Call) *string { return &c.PromptName }),
		k.Word("prompt_version", func(c *ledger.Call) *string { return &c.PromptVersion }),
		k.Word("purpose", func(c *ledger.Call) *string { return &c.Purpose }),
		k.Text("prompt_shares", func(c *ledger.Call) *string { return &c.PromptShares }),
	)
}

// CallsToPrice are those of Calls that a price or settling depends on.
func CallsToPrice[C any](k Kinds[ledger.Call, C]) []C {
	return slices.Concat([]C{
		k.TraceID("trace_id", func(c *ledger.Call) *ledger.TraceID { return &c.TraceID }),
		k.SpanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		k.SpanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		k.Instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		k.Duration("duration_ns", func(c *ledger.Call) *time.Duration { return &c.Duration }),
		k.Word("provider", func(c *ledger.Call) *string { return &c.Provider }),
		k.Word("server_address", func(c *ledger.Call) *string { return &c.ServerAddress }),
		k.Word("operation", func(c *ledger.Call) *string { return &c.Operation }),
		k.Word("request_model", func(c *ledger.Call) *string { return &c.RequestModel }),
		k.Word("response_model", func(c *ledger.Call) *string { return &c.ResponseModel }),
		k.Text("response_id", func(c *ledger.Call) *string { return &c.ResponseID }),
		k.Word("service_tier", func(c *ledger.Call) *string { return &c.ServiceTier }),
		k.Flag("streamed", func(c *ledger.Call) *bool { return &c.Streamed }),
		k.Texts("finish_reasons", func(c *ledger.Call) *[]string { return &c.FinishReasons }),
		k.Flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
		k.Word("error_type", func(c *ledger.Call) *string { return &c.ErrorType }),
		k.Small("status_code", func(c *ledger.Call) *int { return &c.StatusCode }),
	}, Usage(k), []C{
		k.Small("usage_fields", func(c *ledger.Call) *int { return &c.UsageFields }),
		k.Word("usage_source", func(c *ledger.Call) *string { return &c.UsageSource }),
		k.Word("cost_status", func(c *ledger.Call) *string { return &c.Cost.Status }),
		k.Amount("cost", func(c *ledger.Call) **udecimal.Decimal { return &c.Cost.Amount }),
		k.Word("currency", func(c *ledger.Call) *string { return &c.Cost.Currency }),
		k.Word("cost_reason", func(c *ledger.Call) *string { return &c.Cost.Reason }),
		k.Texts("cost_flags", func(c *ledger.Call) *[]string { return &c.Cost.Flags }),
		k.Word("catalog_version", func(c *ledger.Call) *string { return &c.Cost.CatalogVersion }),
		k.Amount("vendor_cost", func(c *ledger.Call) **udecimal.Decimal { return &c.Cost.Vendor }),
		k.Word("requested_tier", func(c *ledger.Call) *string { return &c.Terms.RequestedTier }),
		k.Word("speed", func(c *ledger.Call) *string { return &c.Terms.Speed }),
		k.Word("inference_geo", func(c *ledger.Call) *string { return &c.Terms.InferenceGeo }),
		k.Word("endpoint_region", func(c *ledger.Call) *string { return &c.Terms.Region }),
		k.Word("search_context_size", func(c *ledger.Call) *string { return &c.Terms.SearchContextSize }),
		k.Word("role", func(c *ledger.Call) *string { return &c.Role }),
		k.Flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		k.Word("claim", func(c *ledger.Call) *string { return &c.Claim }),
		k.Word("dialect", func(c *ledger.Call) *string { return &c.Dialect }),
	})
}

// Usage is the columns of what a call used.
func Usage[C any](k Kinds[ledger.Call, C]) []C {
	list := make([]C, 0, usage.NumBilled)
	for f := range usage.NumBilled {
		list = append(list, k.Count(f.Column(), func(c *ledger.Call) *int64 { return &c.Usage[f] }))
	}
	return list
}
