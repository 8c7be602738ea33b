package web_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	specFile  = "../../../report/reportapi/openapi.yaml"
	typesFile = "src/api_types.ts"
)

// schema is the part of JSON Schema that the API's description uses.
type schema struct {
	Ref                  string     `yaml:"$ref"`
	Type                 yaml.Node  `yaml:"type"`
	Const                string     `yaml:"const"`
	Enum                 []string   `yaml:"enum"`
	OneOf                []schema   `yaml:"oneOf"`
	AllOf                []schema   `yaml:"allOf"`
	Items                *schema    `yaml:"items"`
	Properties           properties `yaml:"properties"`
	Required             []string   `yaml:"required"`
	AdditionalProperties yaml.Node  `yaml:"additionalProperties"`
}

// properties in the order of the file.
type properties []struct {
	name   string
	schema schema
}

func (p *properties) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i < len(node.Content); i += 2 {
		var s schema
		if err := node.Content[i+1].Decode(&s); err != nil {
			return fmt.Errorf("%s: %w", node.Content[i].Value, err)
		}
		*p = append(*p, struct {
			name   string
			schema schema
		}{node.Content[i].Value, s})
	}
	return nil
}

// TestTypes_AreThoseOfTheAPI writes the types again from the API's description.
// With TestSources_HaveTypes, a field that the API drops or renames fails here.
func TestTypes_AreThoseOfTheAPI(t *testing.T) {
	var spec struct {
		Components struct {
			Schemas properties `yaml:"schemas"`
		} `yaml:"components"`
	}
	text, err := os.ReadFile(specFile)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &spec))
	require.NotEmpty(t, spec.Components.Schemas)

	var out strings.Builder
	out.WriteString("// Made from the API's openapi.yaml by `make page`. Do not edit.\n")
	for _, s := range spec.Components.Schemas {
		if len(s.schema.AllOf) > 0 {
			continue // narrows the report to rows of its own, which have types too
		}
		fmt.Fprintf(&out, "\nexport type %s = %s;\n", typeName(s.name), s.schema.typescript(t, ""))
	}
	if *update {
		require.NoError(t, os.WriteFile(typesFile, []byte(out.String()), 0o644))
	}
	have, err := os.ReadFile(typesFile)
	require.NoError(t, err)
	assert.Equal(t, out.String(), string(have), "%s differs from openapi.yaml (fix: make page)", typesFile)
}

func (s *schema) typescript(t *testing.T, indent string) string {
	t.Helper()
	switch {
	case s.Ref != "":
		name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/")
		require.True(t, ok, s.Ref)
		return typeName(name)
	case s.Const != "":
		return fmt.Sprintf("%q", s.Const)
	case len(s.Enum) > 0:
		return union(s.Enum, func(v string) string { return fmt.Sprintf("%q", v) })
	case len(s.OneOf) > 0:
		return union(s.OneOf, func(one schema) string { return one.typescript(t, indent) })
	case s.Items != nil && s.Properties == nil:
		return "(" + s.Items.typescript(t, indent) + ")[]"
	case s.Properties != nil:
		return s.object(t, indent)
	case s.AdditionalProperties.Kind == yaml.MappingNode:
		var values schema
		require.NoError(t, s.AdditionalProperties.Decode(&values))
		return "Record<string, " + values.typescript(t, indent) + ">"
	}
	var names []string
	switch s.Type.Kind {
	case 0:
		return "unknown"
	case yaml.ScalarNode:
		names = []string{s.Type.Value}
	default:
		require.NoError(t, s.Type.Decode(&names))
	}
	return union(names, func(name string) string {
		if name == "integer" {
			return "number"
		}
		return name
	})
}

func (s *schema) object(t *testing.T, indent string) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("{\n")
	for _, p := range s.Properties {
		mark := "?"
		if slices.Contains(s.Required, p.name) {
			mark = ""
		}
		fmt.Fprintf(&out, "%s  %s%s: %s;\n", indent, p.name, mark, p.schema.typescript(t, indent+"  "))
	}
	out.WriteString(indent + "}")
	return out.String()
}

func union[T any](all []T, text func(T) string) string {
	parts := make([]string, len(all))
	for i, one := range all {
		parts[i] = text(one)
	}
	return strings.Join(parts, " | ")
}

// typeName writes cost_row as CostRow.
func typeName(name string) string {
	var out strings.Builder
	for _, word := range strings.Split(name, "_") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}
