package otelgenai

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// vendorHeaders records the request id and what is left of the rate limit.
func (a *attributes) vendorHeaders(names genai.Headers, h http.Header) {
	a.text(semconv.VendorRequestID, header(h, names.RequestID))
	if n, ok := number(header(h, names.RemainingRequests)); ok {
		a.add(semconv.RateLimitRemaining.Int64(n))
	}
	if n, ok := number(header(h, names.RemainingTokens)); ok {
		a.add(semconv.RateLimitTokensLeft.Int64(n))
	}
	if v := header(h, names.Reset); v != "" {
		if s, ok := resetSeconds(v, time.Now()); ok {
			a.add(semconv.RateLimitReset.Float64(s))
		}
	}
}

// gatewayCaches are the headers in which gateways say that an answer is out of
// their cache: Cloudflare AI Gateway, Portkey (also "SEMANTIC HIT"), Helicone,
// Kong.
var gatewayCaches = [...]string{"Cf-Aig-Cache-Status", "X-Portkey-Cache-Status", "Helicone-Cache", "X-Cache-Status"}

// fromGatewayCache says whether a gateway has answered from its cache: it has
// called no vendor, and what the answer says of usage is that of an earlier call.
// LiteLLM names the key of the entry then, and only then, but not on streams
// (docs.litellm.ai/docs/proxy/caching, BerriAI/litellm#8570). Its cost header does
// not tell: releases differ in whether a hit has 0 there or the cost of the earlier
// call (BerriAI/litellm#14749).
func fromGatewayCache(h http.Header) bool {
	for _, name := range gatewayCaches {
		if v := header(h, name); v != "" && (strings.EqualFold(v, "hit") || strings.EqualFold(v, "semantic hit")) {
			return true
		}
	}
	key := header(h, "X-Litellm-Cache-Key")
	return key != "" && key != "None"
}

// gatewayCost is the cost of the call by the gateway, in dollars: of LiteLLM, which
// writes 0 for answers from its cache and for models that are free there, and no
// header for a model that it does not know; on a stream the head comes before the
// cost is known. What 0 means, pricing decides. Cloudflare, Portkey and Helicone say
// no cost in their headers, only in their own logs; OpenRouter says its charge in the
// answer, which goes before any header. Where proxies in a row have left two costs that
// differ, none is known to be that of the call.
func gatewayCost(h http.Header) (cost string) {
	for _, v := range h["X-Litellm-Response-Cost"] {
		stated := dollars(v)
		if cost != "" && stated != "" && stated != cost {
			return ""
		}
		cost = cmp.Or(stated, cost)
	}
	return cost
}

// dollars reads an amount as Python writes it; it is empty where the text is none.
func dollars(v string) string {
	cost, err := strconv.ParseFloat(v[:min(len(v), maxHeader)], 64)
	if err != nil || !(cost >= 0 && cost < maxCost) {
		return ""
	}
	return genai.Money(jsonscan.Number, strconv.AppendFloat(nil, cost+0, 'g', -1, 64), 0) // -0 as 0
}

// number reads an integer. Most of those headers are absent, and an error of
// strconv would cost an allocation.
func number(v string) (int64, bool) {
	if v == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return n, err == nil
}

// maxCost is above the cost of any call, in dollars.
const maxCost = 1e6

// maxHeader is longer than any vendor's request id.
const maxHeader = 256

// header is a value by its canonical name, cut to a sane length.
func header(h http.Header, canonical string) string {
	if canonical == "" {
		return ""
	}
	v := h[canonical]
	if len(v) == 0 {
		return ""
	}
	return v[0][:min(len(v[0]), maxHeader)]
}

// maxReset is above the time of any rate limit, in seconds: more is no time to wait.
const maxReset = 366 * 24 * 3600

// resetSeconds reads when a limit is reset: seconds ("12"), a duration
// ("6m0s", OpenAI) or a time (RFC 3339, Anthropic).
func resetSeconds(v string, now time.Time) (float64, bool) {
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		return s, s >= 0 && s <= maxReset
	}
	if d, err := time.ParseDuration(v); err == nil {
		return d.Seconds(), d >= 0 && d.Seconds() <= maxReset
	}
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return max(t.Sub(now).Seconds(), 0), true
	}
	return 0, false
}
