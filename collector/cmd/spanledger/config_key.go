package main

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// wrongKey names the line of a file that the Collector cannot read a configuration from. Its
// error has the section and component, and at the end a line for each key:
//
//	'exporters' error reading configuration for "cost_ledger": decoding failed due to the following error(s):
//
//	'costledgerexporter.Config' has invalid keys: endpont
//	'timeout' time: invalid duration
//
// It returns nil if the file has none of the keys.
func wrongKey(err error, path string, root *yaml.Node) error {
	var under []string // section and component
	if m := regexp.MustCompile(`'(\w+)' error reading configuration for "([^"]+)"`).FindStringSubmatch(err.Error()); m != nil {
		under = m[1:]
	}
	const before = "decoding failed due to the following error(s):"
	last := strings.LastIndex(err.Error(), before)
	if last < 0 {
		return nil
	}
	value := regexp.MustCompile(`^'([\w.]+)' (.+?(?: for id: "([^"]+)")?(?: \(.*)?)$`)
	for detail := range strings.Lines(err.Error()[last+len(before):]) {
		detail = strings.TrimSpace(detail)
		if name, keys, unknown := strings.Cut(detail, " has invalid keys: "); unknown {
			for key := range strings.SplitSeq(keys, ", ") {
				if at := keyNode(root, append(under[:len(under):len(under)], key)); at != nil {
					return fmt.Errorf("--config %s, line %d: unknown key %q%s", path, at.Line, key, keyOwner(under, name))
				}
			}
		} else if m := value.FindStringSubmatch(detail); m != nil {
			keys := append(under[:len(under):len(under)], strings.Split(m[1], ".")...)
			if m[3] != "" { // of a component that does not exist
				keys = append(keys, m[3])
			}
			if at := keyNode(root, keys); at != nil {
				return fmt.Errorf("--config %s, line %d: %s: %s", path, at.Line, strings.Join(keys, "::"), m[2])
			}
		}
	}
	return nil
}

// keyOwner names what a key is unknown of: a component, a part of the service, or nothing for a
// section.
func keyOwner(component []string, name string) string {
	name = strings.Trim(name, "'")
	switch isType := strings.ToLower(name) != name; {
	case len(component) > 0:
		return " of " + strings.Join(component, "::")
	case isType: // of Go, in the Collector
		return ""
	default:
		return " of " + strings.ReplaceAll(name, ".", "::")
	}
}

// keyNode finds the last key below the others, at any depth; nil if there is none.
func keyNode(n *yaml.Node, keys []string) *yaml.Node {
	switch n.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, child := range n.Content {
			if found := keyNode(child, keys); found != nil {
				return found
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value, rest := n.Content[i], n.Content[i+1], keys
			if key.Value == keys[0] {
				if rest = keys[1:]; len(rest) == 0 {
					return key
				}
			}
			if found := keyNode(value, rest); found != nil {
				return found
			}
		}
	}
	return nil
}
