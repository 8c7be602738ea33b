package main

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The error for a configuration that can be read and that a component refuses: the place of the
// component, and mostly the key in it.
//
//	processors::genai_normalizer: content::patterns[0]: error parsing regexp: missing closing )
//	processors::memory_limiter: 'check_interval' must be greater than zero
const (
	ofRefusal = `(?:^|: )((?:receivers|processors|exporters|extensions|connectors|service)(?:::[^\s:]+)+): (.*)$`
	ofKey     = `^'?([\w.:/-]+(?:\[\d+\])*)'?(?: |:|$)`
)

// configFile is the content of one file of --config.
type configFile struct {
	path string
	root *yaml.Node
}

// refusedError has the file and the line before each line that is about one.
type refusedError struct {
	text string
	err  error
}

func (e *refusedError) Error() string { return e.text }
func (e *refusedError) Unwrap() error { return e.err }

// withRefusedKeys names the file and the line of each key that is refused. Of several files, it
// is the last of those with the most of the keys.
func withRefusedKeys(err error, files []configFile) error {
	ofRefusal, ofKey := regexp.MustCompile(ofRefusal), regexp.MustCompile(ofKey)
	lines := strings.Split(err.Error(), "\n")
	found := false
	for i, line := range lines {
		m := ofRefusal.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		keys := strings.Split(m[1], "::")
		if key := ofKey.FindStringSubmatch(m[2]); key != nil {
			keys = append(keys, splitKey(key[1])...)
		}
		deepest := 0
		for _, file := range files {
			if at, depth := refusedKey(file.root, keys); depth > 0 && depth >= deepest {
				deepest, found = depth, true
				lines[i] = fmt.Sprintf("--config %s, line %d: %s", file.path, at.Line, line)
			}
		}
	}
	if !found {
		return err
	}
	return &refusedError{strings.Join(lines, "\n"), err}
}

// refusedKey finds the key that is refused, or the nearest one above it. Depth is how many of
// its keys the file has, 0 where it does not have the component.
func refusedKey(root *yaml.Node, keys []string) (at *yaml.Node, depth int) {
	if root.Kind == 0 || keyNode(root, keys[:2]) == nil {
		return nil, 0
	}
	depth = 2
	for depth < len(keys) && keyNode(root, keys[:depth+1]) != nil {
		depth++
	}
	return keyNode(root, keys[:depth]), depth
}
