// Package strictyaml decodes YAML files that people write, such as budgets and
// chargeback rules.
package strictyaml

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode reads one document into a struct and rejects unknown keys and further documents,
// whose keys would have no effect. An empty document is allowed. Errors name the line, the
// key and the known keys, and no Go type.
func Decode(r io.Reader, into any) error {
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	err := decoder.Decode(into)
	var wrong *yaml.TypeError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &wrong):
		named := wrong.Errors[:min(len(wrong.Errors), maxProblems)]
		problems := make([]string, 0, maxProblems+1)
		for _, text := range named {
			problems = append(problems, describe(text, reflect.TypeOf(into)))
		}
		if more := len(wrong.Errors) - len(named); more > 0 {
			problems = append(problems, fmt.Sprintf("and %d more", more))
		}
		return errors.New(strings.Join(problems, "; "))
	case err != nil:
		return plain(err)
	}
	var more yaml.Node
	switch err := decoder.Decode(&more); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return plain(err)
	}
	if body := more.Content[0]; body.Tag != "!!null" { // a last line of --- begins none
		return fmt.Errorf("line %d: a second document begins here, after ---: expected one: merge them", body.Line)
	}
	return nil
}

// plain is an error of the YAML package without its name.
func plain(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "yaml: ")) }

// Bounds of an error: a flag may name a file of another kind, with secrets in it.
const (
	maxProblems = 3
	maxKey      = 40 // bytes
)

// The texts of the YAML package for an unknown key and for a value of a wrong type.
var (
	unknownKey = regexp.MustCompile(`(?s)^(line \d+): field (\S+) not found in type (.+)$`)
	wrongValue = regexp.MustCompile(`(?s)^(line \d+): cannot unmarshal (.+) into (.+)$`)
)

// describe replaces the Go types in a text of the YAML package.
func describe(text string, root reflect.Type) string {
	if m := unknownKey.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: unknown key %q: expected one of %s", m[1], shortened(m[2]), strings.Join(keysOf(root, m[3]), ", "))
	}
	if m := wrongValue.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: expected %s, got %s", m[1], kindOf(m[3]), valueOf(m[2]))
	}
	return text
}

// shortened is the beginning of a key.
func shortened(key string) string {
	if len(key) <= maxKey {
		return key
	}
	return strings.ToValidUTF8(key[:maxKey], "") + "..."
}

// kindOf names a Go type in the words of YAML.
func kindOf(typeName string) string {
	switch {
	case strings.HasPrefix(typeName, "[]"):
		return "a list"
	case strings.HasPrefix(typeName, "map["), strings.HasPrefix(typeName, "struct"), strings.Contains(typeName, "."):
		return "keys with values"
	case typeName == "string":
		return "a text"
	}
	return typeName
}

// valueOf names a YAML value: its tag and, for a scalar, its beginning in backticks.
func valueOf(tagged string) string {
	tag, value, scalar := strings.Cut(tagged, " ")
	switch {
	case scalar:
		return `"` + strings.Trim(value, "`") + `"`
	case tag == "!!seq":
		return "a list"
	case tag == "!!map":
		return "keys with values"
	}
	return tagged
}

// keysOf returns the keys of the struct of this name, which is t or inside t.
func keysOf(t reflect.Type, name string) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return keysOf(t.Elem(), name)
	case reflect.Struct:
	default:
		return nil
	}
	var keys []string
	for field := range t.Fields() {
		if t.String() == name {
			keys = append(keys, field.Tag.Get("yaml"))
		} else if inner := keysOf(field.Type, name); inner != nil {
			return inner
		}
	}
	slices.Sort(keys)
	return keys
}
