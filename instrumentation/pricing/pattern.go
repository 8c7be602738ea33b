package pricing

import (
	"fmt"
	"strings"
)

// pattern is an anchored template for model ids: literal text with
// placeholders. It always covers the whole id, so an unlisted suffix never
// matches by accident.
type pattern struct {
	source string
	parts  []patternPart
}

type patternPart struct {
	literal string
	class   *placeholder // nil for literal text
}

// placeholder is a class of text that may vary between ids at one price.
type placeholder struct {
	name     string
	accepts  func(byte) bool
	min, max int // length; max 0 = open
}

func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isSnapshot(c byte) bool { return isDigit(c) || c == '-' }
func isWord(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c == '.' || c == '_' || c == '-'
}
func isPath(c byte) bool { return isWord(c) || c == '/' }
func isAny(c byte) bool  { return c != ':' && c != '/' }

// placeholders: {date} and {stamp} are checked for their shape too.
var placeholders = map[string]*placeholder{
	"date":     {"date", isSnapshot, 10, 10}, // 2026-03-05
	"stamp":    {"stamp", isDigit, 8, 8},     // 20260305
	"digits":   {"digits", isDigit, 1, 0},
	"snapshot": {"snapshot", isSnapshot, 1, 0}, // digits and hyphens
	"word":     {"word", isWord, 1, 0},         // letters, digits, . _ -
	"path":     {"path", isPath, 1, 0},         // word and /
	"any":      {"any", isAny, 0, 0},           // anything but : and /, may be empty
	"some":     {"some", isAny, 1, 0},          // the same, not empty
}

func parsePattern(source string) (pattern, error) {
	p := pattern{source: source}
	rest := strings.ToLower(source)
	for rest != "" {
		open := strings.IndexByte(rest, '{')
		literal := rest
		if open >= 0 {
			literal = rest[:open]
		}
		if i := strings.IndexAny(literal, `^$*?+\()|}`); i >= 0 {
			return pattern{}, fmt.Errorf("pattern %q: %q is not part of the pattern language, which is anchored text with {date}, {stamp}, {digits}, {snapshot}, {word}, {path}, {any} or {some}", source, literal[i])
		}
		if literal != "" {
			p.parts = append(p.parts, patternPart{literal: literal})
		}
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest, '}')
		if end < open {
			return pattern{}, fmt.Errorf("pattern %q: placeholder is not closed", source)
		}
		class, ok := placeholders[rest[open+1:end]]
		if !ok {
			return pattern{}, fmt.Errorf("pattern %q: unknown placeholder {%s}", source, rest[open+1:end])
		}
		p.parts = append(p.parts, patternPart{class: class})
		rest = rest[end+1:]
	}
	if len(p.parts) == 0 {
		return pattern{}, fmt.Errorf("pattern is empty")
	}
	return p, nil
}

// opensWithPlaceholder reports a pattern that could match ids of any family.
func (p *pattern) opensWithPlaceholder() bool { return p.parts[0].class != nil }

func (p *pattern) match(id string) bool { return matchParts(p.parts, id) }

func matchParts(parts []patternPart, s string) bool {
	if len(parts) == 0 {
		return s == ""
	}
	part := parts[0]
	if part.class == nil {
		rest, ok := strings.CutPrefix(s, part.literal)
		return ok && matchParts(parts[1:], rest)
	}
	n := 0
	for n < len(s) && (part.class.max == 0 || n < part.class.max) && part.class.accepts(s[n]) {
		n++
	}
	for ; n >= part.class.min; n-- {
		if part.class.name == "date" && (s[4] != '-' || s[7] != '-') {
			return false
		}
		if matchParts(parts[1:], s[n:]) {
			return true
		}
	}
	return false
}
