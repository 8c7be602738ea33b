// Package runtree places the spans of a run: below their parents, or by their time if the
// parent is not known.
package runtree

// Span has the fields by which a span is placed.
type Span[ID comparable] struct {
	ID, Parent ID    // Parent is zero if there is none
	Start, End int64 // nanoseconds since 1970
	Leaf       bool  // no span is placed below it by its time
}

// Place is where a span belongs.
type Place struct {
	Above   int32 // the span above; -1 = none
	Adopted bool  // its parent is not known, or below it
}

// Places places n spans, which are in the order of their start.
//
// A span whose parent is not known belongs below the deepest span that encloses it in time,
// and no deeper where several do: of parallel agents any might have started it. Spans that
// miss the same parent are siblings, and never placed below each other. A circle is cut at
// its first span.
func Places[ID comparable](n int, span func(i int32) Span[ID]) []Place {
	p := placing[ID]{span: span, places: make([]Place, n)}
	if p.link() {
		p.adopt()
	}
	p.cut()
	return p.places
}

type placing[ID comparable] struct {
	span   func(int32) Span[ID]
	places []Place
	levels []level // hosts among the spans below each span; the last one is of those below none
}

// link finds the parents, and reports whether one is missing.
func (p *placing[ID]) link() (missing bool) {
	at := make(map[ID]int32, len(p.places))
	for i := len(p.places) - 1; i >= 0; i-- { // the first span with an id has it
		at[p.span(int32(i)).ID] = int32(i)
	}
	var none ID
	for i := range p.places {
		parent := p.span(int32(i)).Parent
		above, known := at[parent]
		if !known || parent == none {
			above = -1
		}
		p.places[i] = Place{Above: above, Adopted: !known && parent != none}
		missing = missing || p.places[i].Adopted
	}
	return missing
}

// adopt places the spans whose parent is missing.
func (p *placing[ID]) adopt() {
	n := len(p.places)
	p.levels = make([]level, n+1)
	for from := 0; from < n; {
		// Of spans that start at the same time, those with a parent are there first.
		to := from
		for start := p.span(int32(from)).Start; to < n && p.span(int32(to)).Start == start; to++ {
			if !p.places[to].Adopted {
				p.add(int32(to))
			}
		}
		for ; from < to; from++ {
			if p.places[from].Adopted {
				p.places[from].Above = p.host(int32(from))
				p.add(int32(from))
			}
		}
	}
}

// host is the span below which one belongs by its time; -1 = none.
func (p *placing[ID]) host(i int32) int32 {
	stray := p.span(i)
	for host := int32(-1); ; {
		enclosing := int32(-1)
		for _, at := range p.level(host).hosts() {
			switch s := p.span(at); {
			case s.Parent == stray.Parent || s.End < stray.End:
			case enclosing >= 0:
				return host
			default:
				enclosing = at
			}
		}
		if enclosing < 0 {
			return host
		}
		host = enclosing
	}
}

func (p *placing[ID]) level(above int32) *level {
	if above < 0 {
		return &p.levels[len(p.levels)-1]
	}
	return &p.levels[above]
}

// level has the spans of a level that started and end last: two with each parent, and four
// in all. As hosts of one parent are left out, they tell whether none, one or several
// others enclose a span that starts later.
type level struct {
	spans [4]int32
	count int32
}

func (l *level) hosts() []int32 { return l.spans[:l.count] }

// add makes a span a host for those that start later.
func (p *placing[ID]) add(i int32) {
	s := p.span(i)
	if s.Leaf {
		return
	}
	l := p.level(p.places[i].Above)
	old := *l
	siblings := 0
	*l = level{}
	keep := func(at int32) {
		of := p.span(at)
		if of.Parent == s.Parent {
			if siblings == 2 {
				return
			}
			siblings++
		}
		if int(l.count) < len(l.spans) {
			l.spans[l.count] = at
			l.count++
		}
	}
	placed := false
	for _, at := range old.hosts() {
		if !placed && p.span(at).End < s.End {
			keep(i)
			placed = true
		}
		keep(at)
	}
	if !placed {
		keep(i)
	}
}

// cut makes a root of the first span of each circle.
func (p *placing[ID]) cut() {
	seen := make([]int32, len(p.places)) // from which span on, plus one
	for i := range p.places {
		at := int32(i)
		for at >= 0 && seen[at] == 0 {
			seen[at] = int32(i) + 1
			at = p.places[at].Above
		}
		if at < 0 || seen[at] != int32(i)+1 {
			continue
		}
		first := at
		for next := p.places[at].Above; next != at; next = p.places[next].Above {
			first = min(first, next)
		}
		p.places[first] = Place{Above: -1, Adopted: true}
	}
}
