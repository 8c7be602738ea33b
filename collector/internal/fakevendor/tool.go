package fakevendor

import (
	"encoding/json"
	"slices"
)

// tool is a function the model may call.
type tool struct {
	name   string
	schema json.RawMessage // JSON Schema of its arguments
}

// arguments makes up an object that has every property of the tool's schema.
func (t tool) arguments(g *generator) string {
	var s schema
	if err := json.Unmarshal(t.schema, &s); err != nil {
		return "{}"
	}
	return string(mustJSON(s.sample(g)))
}

type schema struct {
	Type       any               `json:"type"` // string or list of strings
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Enum       []any             `json:"enum"`
}

var words = []string{"quarterly revenue", "shipping delays", "policy 7", "northern region", "open invoices", "release notes"}

func (s schema) sample(g *generator) any {
	if len(s.Enum) > 0 {
		return s.Enum[g.rnd.IntN(len(s.Enum))]
	}
	kind, _ := s.Type.(string)
	if kinds, ok := s.Type.([]any); ok && len(kinds) > 0 {
		kind, _ = kinds[0].(string)
	}
	switch kind {
	case "string":
		return words[g.rnd.IntN(len(words))]
	case "integer", "number":
		return 1 + g.rnd.IntN(20)
	case "boolean":
		return g.rnd.IntN(2) == 0
	case "array":
		if s.Items == nil {
			return []any{}
		}
		return []any{s.Items.sample(g)}
	default:
		out := make(map[string]any, len(s.Properties))
		names := make([]string, 0, len(s.Properties))
		for name := range s.Properties {
			names = append(names, name)
		}
		slices.Sort(names) // draws in one order, or the seed would not decide
		for _, name := range names {
			out[name] = s.Properties[name].sample(g)
		}
		return out
	}
}
