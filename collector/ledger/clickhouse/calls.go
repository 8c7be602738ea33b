package clickhouse

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// callTable holds the LLM calls.
const callTable = "llm_call_rows"

func newCallBlock() *block[ledger.Call] {
	items := lineItemColumns()
	return newBlock([]column[ledger.Call]{
		traceID("trace_id", func(c *ledger.Call) *ledger.TraceID { return &c.TraceID }),
		spanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		spanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		span("duration_ns", func(c *ledger.Call) *time.Duration { return &c.Duration }),
		span("ttfc_ns", func(c *ledger.Call) *time.Duration { return &c.TimeToFirstChunk }),
		text("user_id", func(c *ledger.Call) *string { return &c.User }),
		word("department", func(c *ledger.Call) *string { return &c.Department }),
		word("application", func(c *ledger.Call) *string { return &c.Application }),
		word("team", func(c *ledger.Call) *string { return &c.Team }),
		word("cost_center", func(c *ledger.Call) *string { return &c.CostCenter }),
		word("environment", func(c *ledger.Call) *string { return &c.Environment }),
		tags("tags", func(c *ledger.Call) *map[string]string { return &c.Tags }),
		word("workflow", func(c *ledger.Call) *string { return &c.Workflow }),
		word("agent", func(c *ledger.Call) *string { return &c.Agent }),
		word("step", func(c *ledger.Call) *string { return &c.Step }),
		text("conversation_id", func(c *ledger.Call) *string { return &c.ConversationID }),
		word("service", func(c *ledger.Call) *string { return &c.Service }),
		word("provider", func(c *ledger.Call) *string { return &c.Provider }),
		word("server_address", func(c *ledger.Call) *string { return &c.ServerAddress }),
		word("operation", func(c *ledger.Call) *string { return &c.Operation }),
		word("request_model", func(c *ledger.Call) *string { return &c.RequestModel }),
		word("response_model", func(c *ledger.Call) *string { return &c.ResponseModel }),
		text("response_id", func(c *ledger.Call) *string { return &c.ResponseID }),
		word("service_tier", func(c *ledger.Call) *string { return &c.ServiceTier }),
		flag("streamed", func(c *ledger.Call) *bool { return &c.Streamed }),
		texts("finish_reasons", func(c *ledger.Call) *[]string { return &c.FinishReasons }),
		flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
		word("error_type", func(c *ledger.Call) *string { return &c.ErrorType }),
		small("status_code", func(c *ledger.Call) *int { return &c.StatusCode }),
		small("attempt", func(c *ledger.Call) *int { return &c.Attempt }),
		count("input_tokens", func(c *ledger.Call) *int64 { return &c.Usage.Input }),
		count("output_tokens", func(c *ledger.Call) *int64 { return &c.Usage.Output }),
		count("cache_read_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheRead }),
		count("cache_write_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheWrite }),
		count("cache_write_5m_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheWrite5m }),
		count("cache_write_30m_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheWrite30m }),
		count("cache_write_1h_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheWrite1h }),
		count("cache_write_12h_tokens", func(c *ledger.Call) *int64 { return &c.Usage.CacheWrite12h }),
		count("reasoning_tokens", func(c *ledger.Call) *int64 { return &c.Usage.Reasoning }),
		count("audio_input_tokens", func(c *ledger.Call) *int64 { return &c.Usage.AudioInput }),
		count("audio_cache_read_tokens", func(c *ledger.Call) *int64 { return &c.Usage.AudioCacheRead }),
		count("audio_output_tokens", func(c *ledger.Call) *int64 { return &c.Usage.AudioOutput }),
		count("image_input_tokens", func(c *ledger.Call) *int64 { return &c.Usage.ImageInput }),
		count("image_cache_read_tokens", func(c *ledger.Call) *int64 { return &c.Usage.ImageCacheRead }),
		count("image_output_tokens", func(c *ledger.Call) *int64 { return &c.Usage.ImageOutput }),
		count("web_searches", func(c *ledger.Call) *int64 { return &c.Usage.WebSearches }),
		count("file_searches", func(c *ledger.Call) *int64 { return &c.Usage.FileSearches }),
		count("code_executions", func(c *ledger.Call) *int64 { return &c.Usage.CodeExecs }),
		count("search_units", func(c *ledger.Call) *int64 { return &c.Usage.SearchUnits }),
		count("pages", func(c *ledger.Call) *int64 { return &c.Usage.Pages }),
		count("images", func(c *ledger.Call) *int64 { return &c.Usage.Images }),
		word("usage_source", func(c *ledger.Call) *string { return &c.UsageSource }),
		word("cost_status", func(c *ledger.Call) *string { return &c.Cost.Status }),
		amount("cost", func(c *ledger.Call) **udecimal.Decimal { return &c.Cost.Amount }),
		word("currency", func(c *ledger.Call) *string { return &c.Cost.Currency }),
		word("cost_reason", func(c *ledger.Call) *string { return &c.Cost.Reason }),
		texts("cost_flags", func(c *ledger.Call) *[]string { return &c.Cost.Flags }),
		items[0], items[1], items[2],
		word("catalog_version", func(c *ledger.Call) *string { return &c.Cost.CatalogVersion }),
		amount("vendor_cost", func(c *ledger.Call) **udecimal.Decimal { return &c.Cost.Vendor }),
		word("requested_tier", func(c *ledger.Call) *string { return &c.Terms.RequestedTier }),
		word("speed", func(c *ledger.Call) *string { return &c.Terms.Speed }),
		word("inference_geo", func(c *ledger.Call) *string { return &c.Terms.InferenceGeo }),
		word("endpoint_region", func(c *ledger.Call) *string { return &c.Terms.Region }),
		word("search_context_size", func(c *ledger.Call) *string { return &c.Terms.SearchContextSize }),
		word("role", func(c *ledger.Call) *string { return &c.Role }),
		flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		word("claim", func(c *ledger.Call) *string { return &c.Claim }),
		word("dialect", func(c *ledger.Call) *string { return &c.Dialect }),
		text("prompt_prefix", func(c *ledger.Call) *string { return &c.PromptPrefix }),
		count("prompt_prefix_tokens", func(c *ledger.Call) *int64 { return &c.PromptPrefixTokens }),
		callVersion(),
	})
}
