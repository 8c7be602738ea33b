package dialect

import (
	"strings"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Family is a set of attribute name spaces.
type Family uint32

// Families, by the beginning of the key.
const (
	FamilyGenAI Family = 1 << iota // gen_ai.
	FamilyLLM                      // llm.
	FamilyAI                       // ai.
	FamilyOpenInference
	FamilyTraceloop
	FamilyLangfuse
	FamilyLangSmith
	FamilyMLflow
	FamilyLogfire
	FamilyADK // gcp.vertex.agent.
	FamilyGenkit
	FamilyLiveKit // lk.
	FamilyMCP
	FamilyVectorStore    // db.vector.
	FamilyRole           // spanledger.role
	FamilyCost           // operation.cost, gen_ai.usage.cost: a price the emitter claims
	FamilyAzure          // az.
	FamilyAgentFramework // executor., workflow., message. of Microsoft's agent framework
	FamilyLiteLLM        // metadata.user_api_key_, hidden_params, litellm.
	FamilyCodingAgent    // by span name: claude_code., codex., gemini_cli., cursor., opencode.
	FamilyAnthropic      // anthropic.
	FamilyOpenLIT        // attributes only OpenLIT sets
	FamilyCopilot        // github.copilot., copilot_chat.
	FamilyPortkey        // attributes only Portkey's analytics set
	FamilyMetricAsAttr   // gen_ai.client.*: a metric's name used as an attribute

	// familyInside marks a span that says whether it is inside a call.
	familyInside

	// familyNormalized marks a span this processor has already been over, here
	// or in a collector before this one.
	familyNormalized
)

// familyCalls are those whose spans may be model calls in a form that no dialect
// reads.
const familyCalls = FamilyGenAI | FamilyLLM | FamilyGenkit | FamilyLiveKit

// familyOf gives the families of one attribute key, by its first byte before
// anything else.
func familyOf(key string) Family {
	if len(key) < 4 {
		return 0
	}
	switch key[0] {
	case 'a':
		switch {
		case key == "ai_org_auth_hash":
			return FamilyPortkey
		case strings.HasPrefix(key, "ai."):
			return FamilyAI
		case strings.HasPrefix(key, "az."):
			return FamilyAzure
		case strings.HasPrefix(key, "anthropic."):
			return FamilyAnthropic
		}
	case 'c':
		if strings.HasPrefix(key, "copilot_chat.") {
			return FamilyCopilot
		}
	case 'd':
		if strings.HasPrefix(key, "db.vector.") {
			return FamilyVectorStore
		}
	case 'e':
		if strings.HasPrefix(key, "executor.") {
			return FamilyAgentFramework
		}
	case 'g':
		switch {
		case strings.HasPrefix(key, "gen_ai."):
			return genAIFamily(key)
		case strings.HasPrefix(key, "gcp.vertex.agent."):
			return FamilyADK
		case strings.HasPrefix(key, "genkit:"):
			return FamilyGenkit
		case strings.HasPrefix(key, "github.copilot."):
			return FamilyCopilot
		}
	case 'h':
		if key == "hidden_params" {
			return FamilyLiteLLM
		}
	case 'l':
		switch {
		case strings.HasPrefix(key, "llm."):
			return FamilyLLM
		case strings.HasPrefix(key, "langfuse."):
			return FamilyLangfuse
		case strings.HasPrefix(key, "langsmith."):
			return FamilyLangSmith
		case strings.HasPrefix(key, "logfire."):
			return FamilyLogfire
		case strings.HasPrefix(key, "litellm."):
			return FamilyLiteLLM
		case strings.HasPrefix(key, "lk."):
			return FamilyLiveKit
		}
	case 'm':
		switch {
		case strings.HasPrefix(key, "mcp."):
			return FamilyMCP
		case strings.HasPrefix(key, "mlflow."):
			return FamilyMLflow
		case strings.HasPrefix(key, "metadata.user_api_key_"):
			return FamilyLiteLLM
		}
	case 'o':
		switch {
		case strings.HasPrefix(key, "openinference."):
			return FamilyOpenInference
		case key == "operation.cost":
			return FamilyCost
		}
	case 's':
		switch key {
		case "spanledger.role":
			return FamilyRole
		case string(semconv.CallInside):
			return familyInside
		case "spanledger.dialect":
			return familyNormalized
		}
	case 't':
		if strings.HasPrefix(key, "traceloop.") {
			return FamilyTraceloop
		}
	case 'w':
		if strings.HasPrefix(key, "workflow.") {
			return FamilyAgentFramework
		}
	}
	return 0
}

func genAIFamily(key string) Family {
	switch {
	case key == "gen_ai.usage.cost":
		return FamilyGenAI | FamilyCost
	case key == "gen_ai.sdk.version", key == "gen_ai.client.token.usage":
		return FamilyGenAI | FamilyOpenLIT
	case strings.HasPrefix(key, "gen_ai.client."):
		return FamilyGenAI | FamilyMetricAsAttr
	}
	return FamilyGenAI
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
