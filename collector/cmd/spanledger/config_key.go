package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The lines of the Collector's error for a configuration that it cannot read. Each "decoding
// failed" is followed by the lines of what it contains, but nothing says where these end:
//
//	'exporters' error reading configuration for "cost_ledger": decoding failed due to the following error(s):
//
//	'sending_queue' decoding failed due to the following error(s):
//
//	'queue_size' expected type 'int64', got unconvertible type 'string'
//	'timeout' time: invalid duration
//	'costledgerexporter.Config' has invalid keys: endpont
const (
	ofComponent = `^'(\w+)' error reading configuration for "([^"]+)": `
	ofPart      = `^'([^']*)' decoding failed due to `
	ofKeys      = `^'([^']*)' has invalid keys: (.+)$`
	ofValue     = `^'([^']+)' (.+?(?: for id: "([^"]+)")?(?: \(.*)?)$`
	ofType      = `^expected type '(.+)', got unconvertible type '(.+)'`
)

// wrongKey names the line of a file that the Collector cannot read a configuration from. It
// returns nil if the file has none of the keys, or if a key could be one of several.
func wrongKey(err error, path string, root *yaml.Node) error {
	// Compiled here: other starts of the program need none of them.
	ofComponent, ofPart := regexp.MustCompile(ofComponent), regexp.MustCompile(ofPart)
	ofKeys, ofValue := regexp.MustCompile(ofKeys), regexp.MustCompile(ofValue)
	parts := [][]string{nil} // keys down to what the next line may be about
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		if m := ofComponent.FindStringSubmatch(line); m != nil {
			parts = [][]string{m[1:]}
		} else if m := ofPart.FindStringSubmatch(line); m != nil {
			for _, part := range parts {
				if below := slices.Concat(part, steps(m[1])); m[1] != "" && keyNode(root, below) != nil {
					parts = append(parts, below)
				}
			}
		} else if m := ofKeys.FindStringSubmatch(line); m != nil {
			for key := range strings.SplitSeq(m[2], ", ") {
				if keys, at := oneKey(root, parts, append(steps(m[1]), key)); at != nil {
					return fmt.Errorf("--config %s, line %d: unknown key %q%s", path, at.Line, key, keyOwner(keys))
				}
			}
		} else if m := ofValue.FindStringSubmatch(line); m != nil {
			below := steps(m[1])
			if m[3] != "" { // of a component that does not exist
				below = append(below, m[3])
			}
			if keys, at := oneKey(root, parts, below); at != nil {
				return fmt.Errorf("--config %s, line %d: %s: %s", path, at.Line, strings.Join(keys, "::"), inWords(m[2]))
			}
		}
	}
	return nil
}

// steps are the keys of a name such as service.telemetry, and the places in lists. The name of
// a Go type, such as otlpreceiver.Config, has none.
func steps(name string) []string {
	_, typeName, _ := strings.Cut(name, ".")
	if first, _ := utf8.DecodeRuneInString(typeName); name == "" || unicode.IsUpper(first) || strings.HasSuffix(name, "Settings") {
		return nil
	}
	return splitKey(name)
}

// splitKey are the keys and the places in lists of a key such as content::patterns[0].
func splitKey(key string) []string {
	return strings.Split(strings.NewReplacer("::", ".", "[", ".", "]", "").Replace(key), ".")
}

// oneKey finds the key below one of the parts; nil if it is below none or several.
func oneKey(root *yaml.Node, parts [][]string, below []string) (keys []string, at *yaml.Node) {
	for _, part := range parts {
		whole := slices.Concat(part, below)
		found := keyNode(root, whole)
		switch {
		case found == nil:
		case at != nil:
			return nil, nil
		default:
			keys, at = whole, found
		}
	}
	return keys, at
}

// keyOwner names what a key is unknown of; the file as a whole has no name.
func keyOwner(keys []string) string {
	if len(keys) == 1 {
		return ""
	}
	return " of " + strings.Join(keys[:len(keys)-1], "::")
}

// inWords says what belongs at a place, and what is there, without Go's names of types.
func inWords(problem string) string {
	m := regexp.MustCompile(ofType).FindStringSubmatch(problem)
	if m == nil {
		return problem
	}
	return fmt.Sprintf("expected %s, got %s", typeInWords(m[1]), typeInWords(m[2]))
}

func typeInWords(name string) string {
	switch {
	case name == "string", name == "configopaque.String":
		return "a text (in quotes, if it looks like a number)"
	case name == "bool":
		return "true or false"
	case strings.HasPrefix(name, "int"), strings.HasPrefix(name, "uint"), strings.HasPrefix(name, "float"):
		return "a number"
	case strings.HasPrefix(name, "[]"):
		return "a list"
	case strings.HasPrefix(name, "map["):
		return "keys with values"
	}
	return cmp.Or(name, "nothing")
}

// keyNode finds the last of the keys, each directly below the one before; nil if one is
// missing.
func keyNode(n *yaml.Node, keys []string) *yaml.Node {
	at := n
	for _, key := range keys {
		at, n = child(n, key)
		if at == nil {
			return nil
		}
	}
	return at
}

// child is a key of a mapping and its value, or twice an item of a list.
func child(n *yaml.Node, key string) (at, value *yaml.Node) {
	switch n.Kind {
	case yaml.DocumentNode:
		return child(n.Content[0], key)
	case yaml.AliasNode:
		return child(n.Alias, key)
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i], n.Content[i+1]
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Tag == "!!merge" {
				if at, value := merged(n.Content[i+1], key); at != nil {
					return at, value
				}
			}
		}
	}
	return nil, nil
}

// merged is a key of the mapping, or of one of the mappings, that << adds.
func merged(n *yaml.Node, key string) (at, value *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		return child(n, key)
	}
	for _, mapping := range n.Content {
		if at, value := child(mapping, key); at != nil {
			return at, value
		}
	}
	return nil, nil
}
