package clickhouse

import (
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// claimBlocks and linkBlocks hold the columns of a row that settling looks at.
var (
	claimBlocks = sync.Pool{New: func() any { return newClaimBlock() }}
	linkBlocks  = sync.Pool{New: func() any { return newLinkBlock() }}
)

func newClaimBlock() *block[ledger.Call] {
	return newBlock([]column[ledger.Call]{
		traceID("trace_id", func(c *ledger.Call) *ledger.TraceID { return &c.TraceID }),
		spanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		spanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		text("response_id", func(c *ledger.Call) *string { return &c.ResponseID }),
		flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
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
		flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		word("claim", func(c *ledger.Call) *string { return &c.Claim }),
		callVersion(),
	})
}

func newLinkBlock() *block[ledger.AgentSpan] {
	return newBlock([]column[ledger.AgentSpan]{
		traceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		spanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		spanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		spanVersion(),
	})
}
