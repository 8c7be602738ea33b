package provider

import "strings"

// pattern is a compiled host pattern: texts with holes between them.
type pattern struct {
	texts []string
	holes []hole // holes[i] follows texts[i]
}

// hole is a part of a host name that varies.
type hole struct {
	region bool
	labels bool // may hold dots
}

// expand writes out the alternatives in a pattern: {a,b} is a or b.
func expand(text string) []string {
	for from := 0; ; {
		open := strings.IndexByte(text[from:], '{')
		if open < 0 {
			return []string{text}
		}
		open += from
		inner, rest, _ := strings.Cut(text[open+1:], "}")
		if !strings.Contains(inner, ",") {
			from = open + 1
			continue
		}
		var all []string
		for _, one := range strings.Split(inner, ",") {
			all = append(all, expand(text[:open]+one+rest)...)
		}
		return all
	}
}

// compile reads a pattern without alternatives.
func compile(text string) pattern {
	var p pattern
	for {
		i := strings.IndexAny(text, "{*")
		if i < 0 {
			p.texts = append(p.texts, text)
			return p
		}
		p.texts = append(p.texts, text[:i])
		if text[i] == '*' {
			p.holes = append(p.holes, hole{labels: true})
			text = text[i+1:]
			continue
		}
		name, rest, closed := strings.Cut(text[i+1:], "}")
		if !closed {
			panic("provider: host pattern " + text + ": } is missing")
		}
		p.holes = append(p.holes, hole{region: name == "region"})
		text = rest
	}
}

// tail is the literal text that every matching host ends in.
func (p *pattern) tail() string { return p.texts[len(p.texts)-1] }

// match says whether a host has the pattern, and the region that it names.
func (p *pattern) match(host string) (region string, ok bool) {
	rest, ok := strings.CutPrefix(host, p.texts[0])
	if !ok {
		return "", false
	}
	return fill(p.holes, p.texts[1:], rest)
}

// fill matches the holes that are left, each with the text that follows it.
// A hole is never empty.
func fill(holes []hole, texts []string, rest string) (region string, ok bool) {
	if len(holes) == 0 {
		return "", rest == ""
	}
	h, text := holes[0], texts[0]
	for end := 1; end <= len(rest); end++ {
		if !h.labels && rest[end-1] == '.' {
			return "", false
		}
		after, found := strings.CutPrefix(rest[end:], text)
		if !found {
			continue
		}
		if region, ok = fill(holes[1:], texts[1:], after); ok {
			if h.region {
				region = rest[:end]
			}
			return region, true
		}
	}
	return "", false
}
