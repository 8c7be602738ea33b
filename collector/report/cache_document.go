package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// cacheTexts say what each cause is, and what to do.
var cacheTexts = map[ledger.CacheCause][2]string{
	ledger.CacheNotWritten:      {"Never written to the cache", "request caching of the prefix: set cache_control for Anthropic, or the same prompt_cache_key for OpenAI"},
	ledger.CacheToolsChanged:    {"Tools changed", "send the same tools in the same order with each call"},
	ledger.CacheSystemChanged:   {"Instructions changed", "move parts that vary, such as the time or the user, after the instructions"},
	ledger.CacheMessagesChanged: {"First message changed", "append to the conversation instead of rewriting its beginning"},
	ledger.CachePrefixChanged:   {"Prefix changed; the part is not known", "upgrade otelgenai: newer versions hash each part"},
	ledger.CacheModelChanged:    {"Model changed", "use one model in a conversation: models do not share a cache"},
	ledger.CacheExpired:         {"Last used too long ago", "use a longer cache lifetime, if the vendor offers one"},
	ledger.CacheGone:            {"In the cache shortly before, but missed", "send calls with the same prefix to the same region, with the same prompt_cache_key"},
	ledger.CacheFirstUse:        {"First use in the period", ""},
	ledger.CacheTooShort:        {"Too short for a cache", ""},
	ledger.CacheHit:             {"Read from the cache", ""},
}

// Document lays the causes out, then the calls with the largest prefixes of each.
func (a *CacheAnswer) Document() *format.Document {
	lines := format.Table{Name: "causes", Empty: "no prompt has a hash: set otelgenai.WithPromptHash", Columns: []format.Column{
		{Key: "cause", Header: "Cause", Wide: true},
		{Key: "what", Header: "Why"},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "share", Header: "Share", Kind: format.Share},
		{Key: "prefix_tokens", Header: "Prefix tokens", Kind: format.Count},
		{Key: "cached_tokens", Header: "Cached", Kind: format.Count},
		{Key: "saving_usd", Header: "Lost (USD)", Kind: format.Money},
		{Key: "fix", Header: "Fix", Wrap: 50},
	}}
	hashed := a.Hashed()
	var prefix, read, noRate, missed int64
	for i := range a.Lines {
		l := &a.Lines[i]
		prefix, read, noRate = prefix+l.Prefix, read+l.Read, noRate+l.NoRate
		text := cacheTexts[l.Cause]
		var saving any
		if servable(l.Cause) {
			missed += l.Calls
			saving = decimalCell(knownOf(&l.Saving, l.Calls, l.NoRate))
		}
		lines.Rows = append(lines.Rows, []any{string(l.Cause), text[0], l.Calls, ratio(l.Calls, hashed), l.Prefix, l.Read, saving, text[1]})
	}
	if saving := a.Saving(); len(lines.Rows) > 0 {
		lines.Total = []any{nil, "Total", hashed, ratio(hashed, hashed), prefix, read, decimalCell(knownOf(&saving, missed, noRate)), nil}
	}
	list := format.Table{Name: "calls", Title: "Calls with the largest prefixes of each cause", Columns: []format.Column{
		{Key: "cause", Header: "Cause"},
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span"},
		{Key: "agent", Header: "Agent"},
		{Key: "model", Header: "Model"},
		{Key: "prefix_tokens", Header: "Prefix", Kind: format.Count},
		{Key: "since_seconds", Header: "Last use before", Kind: format.Duration},
		{Key: "saving_usd", Header: "Lost (USD)", Kind: format.Money},
	}}
	for i := range a.Calls {
		c := &a.Calls[i]
		var since, saving any
		if c.Since > 0 {
			since = c.Since
		}
		if c.Saving != nil {
			saving = *c.Saving
		}
		list.Rows = append(list.Rows, []any{string(c.Cause), c.Start, c.TraceID.String(), c.SpanID.String(), c.Agent, c.Model, c.Prefix, since, saving})
	}
	doc := &format.Document{Name: "cache", Title: "Why the cache was missed", Period: a.Question.Period.format(), Tables: []format.Table{lines, list}}
	if rate, known := a.HitRate(); known {
		doc.Title = fmt.Sprintf("Why the cache was missed: %.1f%% of %s with a hash read from it", 100*rate, format.Counted(hashed, "request"))
	}
	doc.Notes = append(doc.Notes,
		fmt.Sprintf("Lost: the price of the prefixes as input less their price as reads from the cache, at list prices of that day. A prefix is assumed to be cached for %d minutes after its last use, if it has %d tokens or more.", int(cacheLifetime.Minutes()), leastPrefix),
		fmt.Sprintf("%s of %s of the period %s a hash (otelgenai.WithPromptHash) and did not fail; shares are of these.", format.Grouped(hashed), format.Counted(a.Total.Calls, "request"), format.Verb(hashed, "has", "have")),
	)
	if noRate > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s used models without a list price: their loss is not known.", format.Counted(noRate, "request")))
	}
	doc.Notes = append(doc.Notes, a.Expired.note("their prompts are not known")...)
	return doc
}
