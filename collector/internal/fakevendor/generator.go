package fakevendor

import (
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// generator draws everything about one answer.
type generator struct {
	opts Options
	rnd  *rand.Rand
}

func bodyHash(path string, body []byte) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, path)
	_, _ = h.Write(body)
	return h.Sum64()
}

// newGenerator seeds by what is asked and how often it was asked before, not
// by order of arrival, which differs from run to run.
func newGenerator(opts Options, hash uint64, repeat int) *generator {
	return &generator{opts: opts, rnd: rand.New(rand.NewPCG(opts.Seed, hash+uint64(repeat)*0x9e3779b97f4a7c15))}
}

func (g *generator) answer(ep *endpoint, req request) Answer {
	f, draw := g.opts.Faults, g.rnd.Float64()
	switch {
	case draw < f.RateLimited:
		return ep.fault(http.StatusTooManyRequests, f.RetryAfter)
	case draw < f.RateLimited+f.ServerError:
		return ep.fault(http.StatusInternalServerError, 0)
	case draw < f.RateLimited+f.ServerError+f.Overloaded:
		return ep.fault(ep.overloadedStatus, 0)
	}
	a := Answer{
		Status:       http.StatusOK,
		Model:        servedModel(req.Model),
		ServiceTier:  ep.servedTier(req.ServiceTier),
		InferenceGeo: req.InferenceGeo,
	}
	a.Usage.Input = int64(req.promptBytes/4) + g.between(g.opts.InputTokens)
	if ep.operation == OpenAIEmbeddings {
		a.Usage.Input = max(1, int64(req.promptBytes/4))
		return a
	}
	a.Usage.Output = g.between(g.opts.OutputTokens)
	ep.cache(g, req, &a.Usage)
	if req.reasons {
		a.Usage.Reasoning = int64(float64(a.Usage.Output) * (0.2 + 0.5*g.rnd.Float64()))
	}
	a.FinishReason = ep.stopReason
	if req.webSearch {
		a.Usage.WebSearches = 1 + g.rnd.Int64N(3)
	}
	if limit := req.maxOutput; limit > 0 && a.Usage.Output >= limit {
		a.Usage.Output = limit
		a.Usage.Reasoning = min(a.Usage.Reasoning, limit)
		a.FinishReason = ep.lengthReason
	}
	if len(req.tools) > 0 && !req.toolAnswered {
		t := req.tools[g.rnd.IntN(len(req.tools))]
		a.ToolCalls = []ToolCall{{ID: g.id(ep.toolCallPrefix, 24), Name: t.name, Arguments: t.arguments(g)}}
		a.FinishReason = ep.toolReason
		return a
	}
	a.Text = g.text()
	return a
}

func (g *generator) between(r IntRange) int64 {
	if r.Max <= r.Min {
		return r.Min
	}
	return r.Min + g.rnd.Int64N(r.Max-r.Min+1)
}

func (g *generator) latency() time.Duration {
	return time.Duration(g.between(IntRange{int64(g.opts.Latency.Min), int64(g.opts.Latency.Max)}))
}

const idAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func (g *generator) id(prefix string, length int) string {
	var b strings.Builder
	b.WriteString(prefix)
	for range length {
		b.WriteByte(idAlphabet[g.rnd.IntN(len(idAlphabet))])
	}
	return b.String()
}

func (g *generator) requestID(provider string) string {
	if provider == ProviderAnthropic {
		return g.id("req_011", 21)
	}
	return g.id("req_", 32)
}

var sentences = []string{
	"The documents agree on the main point and differ in two details.",
	"Three sources were compared, and the most recent one settles the question.",
	"The first option is cheaper to run, the second is easier to explain.",
	"No figure in the report contradicts the earlier summary.",
	"The customer should be told the reason before the decision.",
	"A short table of the open points follows.",
	"Everything needed for the next step is at hand.",
	"The risk is low as long as the two dates do not move.",
}

func (g *generator) text() string {
	n := 3 + g.rnd.IntN(4)
	out := make([]string, n)
	for i := range out {
		out[i] = sentences[g.rnd.IntN(len(sentences))]
	}
	return strings.Join(out, " ")
}

// pieces cuts text into at most n deltas that join to text again.
func pieces(text string, n int) []string {
	if text == "" {
		return nil
	}
	words := strings.SplitAfter(text, " ")
	n = min(n, len(words))
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, strings.Join(words[i*len(words)/n:(i+1)*len(words)/n], ""))
	}
	return out
}
