package mcpserver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// document holds what is read of the API's description.
type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Parameters map[string]parameter }
}

type operation struct {
	ID          string `yaml:"operationId"`
	Planned     bool   `yaml:"x-planned"`
	Summary     string
	Description string
	Parameters  []parameter
	Responses   map[string]struct{ Content map[string]any }

	path string
}

type parameter struct {
	Ref         string `yaml:"$ref"`
	Planned     bool   `yaml:"x-planned"`
	Name        string
	In          string
	Required    bool
	Description string
	Schema      map[string]any
}

const parameterRef = "#/components/parameters/"

// readOperations lists what the API answers with JSON, in order of name.
func readOperations(spec []byte) ([]operation, error) {
	var doc document
	if err := yaml.Unmarshal(spec, &doc); err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	var all []operation
	for path, methods := range doc.Paths {
		op, ok := methods["get"]
		if !ok || op.Planned || !op.answersJSON() {
			continue
		}
		if op.ID == "" {
			return nil, fmt.Errorf("openapi document: %s has no operationId", path)
		}
		op.path = path
		var known []parameter
		for _, p := range op.Parameters {
			if name, isRef := strings.CutPrefix(p.Ref, parameterRef); isRef {
				if p, ok = doc.Components.Parameters[name]; !ok {
					return nil, fmt.Errorf("openapi document: %s: no parameter %q", path, name)
				}
			}
			if !p.Planned && p.Name != "format" {
				known = append(known, p)
			}
		}
		op.Parameters = known
		all = append(all, op)
	}
	rowsort.Func(all, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

func (op *operation) answersJSON() bool {
	_, ok := op.Responses["200"].Content["application/json"]
	return ok
}

// inputSchema is the parameters as the JSON Schema of a tool's arguments.
func (op *operation) inputSchema() (json.RawMessage, error) {
	properties := map[string]any{}
	required := []string{}
	for _, p := range op.Parameters {
		schema := map[string]any{}
		for k, v := range p.Schema {
			schema[k] = v
		}
		if p.Description != "" {
			schema["description"] = strings.TrimSpace(p.Description)
		}
		properties[p.Name] = schema
		if p.Required {
			required = append(required, p.Name)
		}
	}
	return json.Marshal(map[string]any{
		"type": "object", "properties": properties, "required": required, "additionalProperties": false,
	})
}

// target is the request's path and query for a tool's arguments.
func (op *operation) target(arguments json.RawMessage) (string, error) {
	given := map[string]any{}
	if len(arguments) > 0 {
		if err := json.Unmarshal(arguments, &given); err != nil {
			return "", fmt.Errorf("arguments: expected an object with %s", op.known())
		}
	}
	path, query := op.path, url.Values{}
	for _, p := range op.Parameters {
		value, ok := given[p.Name]
		delete(given, p.Name)
		switch {
		case !ok && p.Required:
			return "", fmt.Errorf("argument %q is missing: %s", p.Name, cmp.Or(strings.TrimSpace(p.Description), "it is required"))
		case !ok:
			continue
		}
		texts, err := textsOf(p.Name, value)
		if err != nil {
			return "", err
		}
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(strings.Join(texts, ",")))
			continue
		}
		if p.Schema["type"] != "array" {
			texts = []string{strings.Join(texts, ",")} // of a list, as in by: [user, model]
		}
		query[p.Name] = texts
	}
	for name := range given {
		return "", fmt.Errorf("argument %q is not known to %s: use %s", name, op.ID, op.known())
	}
	if len(query) == 0 {
		return path, nil
	}
	return path + "?" + query.Encode(), nil
}

// known names the arguments for a refusal.
func (op *operation) known() string {
	if len(op.Parameters) == 0 {
		return "no argument"
	}
	names := make([]string, len(op.Parameters))
	for i, p := range op.Parameters {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

func textsOf(name string, value any) ([]string, error) {
	switch v := value.(type) {
	case string:
		return []string{v}, nil
	case float64, bool:
		return []string{strings.Trim(fmt.Sprint(json.Number(marshaled(v))), `"`)}, nil
	case []any:
		var all []string
		for _, e := range v {
			texts, err := textsOf(name, e)
			if err != nil {
				return nil, err
			}
			all = append(all, texts...)
		}
		return all, nil
	default:
		return nil, fmt.Errorf("argument %q: expected a text, a number or a list of these, not %s", name, marshaled(value))
	}
}

func marshaled(v any) string {
	data, _ := json.Marshal(v) // of what was JSON before, which cannot fail
	return string(data)
}
