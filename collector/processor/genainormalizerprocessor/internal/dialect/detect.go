package dialect

import (
	"strings"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Family is a set of attribute name spaces.
type Family uint32

// Families.
const (
	FamilyGenAI Family = 1 << iota
	FamilyLLM
	FamilyAI
	FamilyOpenInference
	FamilyTraceloop
	FamilyLangfuse
	FamilyLangSmith
	FamilyMLflow
	FamilyLogfire
	FamilyADK
	FamilyGenkit
	FamilyLiveKit
	FamilyMCP
	FamilyVectorStore
	FamilyRole
	FamilyCost // a price the emitter claims
	FamilyAzure
	FamilyAgentFramework // Microsoft's
	FamilyLiteLLM
	FamilyCodingAgent // by span name: claude_code., codex., gemini_cli., cursor., opencode.
	FamilyAnthropic
	FamilyOpenLIT // attributes only OpenLIT sets
	FamilyCopilot
	FamilyPortkey      // attributes only Portkey's analytics set
	FamilyMetricAsAttr // a metric's name used as an attribute

	// familyInside marks a span that says whether it is inside a call.
	familyInside

	// familyClaim marks a span that has a claim.
	familyClaim

	// familyNormalized marks a span this processor has already been over, here
	// or in a collector before this one.
	familyNormalized
)

// familyCalls are those whose spans may be model calls in a form that no dialect
// reads.
const familyCalls = FamilyGenAI | FamilyLLM | FamilyGenkit | FamilyLiveKit

// familyKey is a key, or the beginning of keys where it ends with a separator.
type familyKey struct {
	key    string
	family Family
}

// familyKeys say what keys tell of their emitter. Of several that fit the first holds.
var familyKeys = [...]familyKey{
	{"gen_ai.usage.cost", FamilyGenAI | FamilyCost},
	{"gen_ai.sdk.version", FamilyGenAI | FamilyOpenLIT},
	{"gen_ai.client.token.usage", FamilyGenAI | FamilyOpenLIT},
	{"gen_ai.client.", FamilyGenAI | FamilyMetricAsAttr},
	{"gen_ai.", FamilyGenAI},
	{"llm.", FamilyLLM},
	{"ai.", FamilyAI},
	{"openinference.", FamilyOpenInference},
	{"traceloop.", FamilyTraceloop},
	{"langfuse.", FamilyLangfuse},
	{"langsmith.", FamilyLangSmith},
	{"mlflow.", FamilyMLflow},
	{"logfire.", FamilyLogfire},
	{"gcp.vertex.agent.", FamilyADK},
	{"genkit:", FamilyGenkit},
	{"lk.", FamilyLiveKit},
	{"mcp.", FamilyMCP},
	{"db.vector.", FamilyVectorStore},
	{string(semconv.SpanRole), FamilyRole},
	{"operation.cost", FamilyCost},
	{"az.", FamilyAzure},
	{"executor.", FamilyAgentFramework},
	{"workflow.", FamilyAgentFramework},
	{"metadata.user_api_key_", FamilyLiteLLM},
	{"hidden_params", FamilyLiteLLM},
	{"litellm.", FamilyLiteLLM},
	{"anthropic.", FamilyAnthropic},
	{"github.copilot.", FamilyCopilot},
	{"copilot_chat.", FamilyCopilot},
	{"ai_org_auth_hash", FamilyPortkey},
	{string(semconv.CallInside), familyInside},
	{string(semconv.Claim), familyClaim},
	{string(semconv.Dialect), familyNormalized},
}

// familyKeysOf has them by their first byte.
var familyKeysOf = func() (of [256][]familyKey) {
	for _, k := range familyKeys {
		of[k.key[0]] = append(of[k.key[0]], k)
	}
	return of
}()

// familyOf gives the families of one attribute key.
func familyOf(key string) Family {
	if key == "" {
		return 0
	}
	for _, k := range familyKeysOf[key[0]] {
		if rest, fits := strings.CutPrefix(key, k.key); fits && (rest == "" || strings.HasSuffix(k.key, ".") || strings.HasSuffix(k.key, ":") || strings.HasSuffix(k.key, "_")) {
			return k.family
		}
	}
	return 0
}

// codingAgents begin the names of coding agents' spans and records.
var codingAgents = []string{"claude_code.", "codex.", "gemini_cli.", "cursor.", "opencode."}

// familyOfName gives the family of the few emitters known by span name alone.
func familyOfName(name string) Family {
	if len(name) < 6 || name[0] != 'c' && name[0] != 'g' && name[0] != 'o' {
		return 0
	}
	if hasAnyPrefix(name, codingAgents) {
		return FamilyCodingAgent
	}
	return 0
}

// Signal recognises a dialect. Every condition that is set must hold.
type Signal struct {
	Scope       string // instrumentation scope name
	ScopePrefix string
	Service     string // service.name of the resource
	SDK         string // telemetry.sdk.name of the resource
	NamePrefix  string // of the span
	Families    Family // the span has an attribute of at least one of these
}

// Origin is where a span comes from, as far as its resource and scope say.
type Origin struct {
	Scope   string
	Version string // of the scope
	Service string
	SDK     string
}

// Scope is the dialects that a span of one origin may speak, best first.
type Scope struct {
	candidates []candidate
	bound      bool // a span of this scope is GenAI regardless of its attributes
}

type candidate struct {
	dialect  *Dialect
	families Family
	name     string
}

// scope calculates which signals can still hold for spans of origin.
func (e *Engine) scope(origin Origin) *Scope {
	s := &Scope{}
	for _, d := range e.dialects {
		corrected := d.corrected(origin)
		for _, sig := range d.Signals {
			if sig.Scope != "" && sig.Scope != origin.Scope ||
				sig.ScopePrefix != "" && !strings.HasPrefix(origin.Scope, sig.ScopePrefix) ||
				sig.Service != "" && sig.Service != origin.Service ||
				sig.SDK != "" && sig.SDK != origin.SDK {
				continue
			}
			s.candidates = append(s.candidates, candidate{dialect: corrected, families: sig.Families, name: sig.NamePrefix})
			if sig.Families == 0 && sig.NamePrefix == "" {
				s.bound = true
			}
		}
	}
	return s
}

func (s *Scope) choose(families Family, name string) *Dialect {
	for i := range s.candidates {
		c := &s.candidates[i]
		if c.families != 0 && c.families&families == 0 {
			continue
		}
		if c.name != "" && !strings.HasPrefix(name, c.name) {
			continue
		}
		return c.dialect
	}
	return nil
}
