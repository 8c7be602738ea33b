package dialect

import (
	"regexp"
	"strings"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Dialect is the vocabulary of one emitter.
type Dialect struct {
	// Name is the value of spanledger.dialect.
	Name string

	// Signals recognise the dialect: one that holds is enough.
	Signals []Signal

	// Attributes says what each attribute means. Where several give the same
	// field, the earlier wins. The aliases of Common follow behind these.
	Attributes []Mapping

	// Roles translates the dialect's own word for the kind of a span (RoleHint,
	// compared in lower case) into a role.
	Roles map[string]string

	// Names gives the role by span name, where RoleHint does not.
	Names []NameRule

	// Operations overrides the common meaning of an operation name.
	Operations map[string]string

	// Provider is the vendor where neither the span nor its model tells.
	Provider string

	// Seller is the vendor of every call, in place of the one that the span names.
	Seller string

	// EntityIsModel says that EntityName of an LLM span is the model asked for.
	EntityIsModel bool

	// Quoted says that text arrives as a JSON string, quotes and all.
	Quoted bool

	// Claim is the claim of the dialect's LLM spans.
	Claim string

	// Recorded says that the emitter also sends a log record of each call, which
	// says more: its span is a summary, and has no claim if it counts nothing.
	Recorded bool

	// CallID lists fields that together tell one call from another, in the words
	// of the emitter's spans and of its records alike. They name a call whose
	// response id is not reported.
	CallID []Field

	// Agents says what usage on an agent or workflow span is worth.
	Agents AgentUsage

	// Tags are attributes to keep as tags, by which reports can group.
	Tags []TagMapping

	// Models spells the emitter's own names of models as their makers do, the
	// first that matches.
	Models []ModelName

	// Alias says that the model of the answer may be a name that the emitter's
	// operator gave: the model asked for was called, where its maker is known.
	Alias bool

	// Streams begins the names of the spans that describe a streamed answer, where
	// those are not the spans of the requests. These have no claim then.
	Streams string

	// CacheExcluded lists the usage shapes whose input count leaves out what a
	// cache read or wrote.
	CacheExcluded Shapes

	// ReasoningExcluded lists the shapes whose output count leaves out
	// reasoning tokens.
	ReasoningExcluded Shapes

	// TotalOfVendor lists the shapes whose total the emitter passes on from the
	// vendor, who counts the cache in it: where it is input and output, the input
	// has the cache.
	TotalOfVendor Shapes

	// Faults are mistakes of known versions.
	Faults []Fault

	// Drop lists attributes to remove, by prefix: those that may hold secrets
	// and those (embedding vectors) too large to be worth their place.
	Drop []string

	// Content lists attributes that hold messages, prompts or results, by
	// prefix, next to those of the conventions.
	Content []string

	// Scores are lists of judgements on spans.
	Scores []ScoreList

	index    int // among the engine's dialects
	compiled map[string]compiledMapping
	content  contentKeys
}

// Mapping gives the meaning of one attribute.
type Mapping struct {
	From string
	To   Field
	// Values are the only ones that say something, where it is not nil; compared
	// without case.
	Values []string
	// JSON, when set, reads the attribute as a JSON object and maps its
	// members by path ("usage.input_tokens"); To is then ignored.
	JSON []Member
}

// ModelName spells the name of a model.
type ModelName struct {
	Provider string // of which alone the name is spelled so, empty for any
	Pattern  *regexp.Regexp
	Name     string // with the groups of the pattern
}

// TagMapping keeps an attribute as a tag.
type TagMapping struct {
	From string
	Tag  string
}

// Member gives the meaning of one member of a JSON object.
type Member struct {
	Path string
	To   Field
}

// NameRule gives a role to span names.
type NameRule struct {
	Prefix, Suffix string // either may be empty; both must match
	Role           string
}

// AgentUsage says what usage on an agent or workflow span is worth.
type AgentUsage uint8

const (
	// AgentsAggregate: the sum of the calls below it, billed when none of
	// those is known.
	AgentsAggregate AgentUsage = iota
	// AgentsRepeat: a repetition that must never be billed, because the model
	// spans are always there too, or because the count covers more than the
	// span (the lifetime of an object).
	AgentsRepeat
	// AgentsSole: the only carrier the emitter has.
	AgentsSole
)

// Shapes is a set of the ways vendors count.
type Shapes uint8

// Shapes. A vendor not named here counts as OpenAI does.
const (
	ShapeOpenAI Shapes = 1 << iota
	ShapeAnthropic
	ShapeConverse // Bedrock Converse
	ShapeGemini
)

// compiledMapping holds what one attribute means in one dialect.
type compiledMapping struct {
	known  bool // false of an attribute that means nothing, but may hold content
	field  Field
	kind   Kind
	rank   uint16
	json   *members
	values []string
	quoted bool
	own    bool // the attribute is the one the field is written under
	// keep leaves the attribute on the span: it is one the operator named, not
	// the dialect's, or its field is only read.
	keep bool
	// content says that the attribute holds content.
	content bool
	// score says that the attribute is a field of a judgement.
	score bool
	// tag is the key under which the attribute is kept as a tag, empty for none.
	tag string
}

// members are the members of a JSON object to read, by name.
type members struct {
	byName map[string]member
}

type member struct {
	field Field    // None for an object that is only looked into
	rank  uint16   // behind that of the attribute
	inner *members // nil for a value
}

func compileMembers(list []Member) *members {
	if list == nil {
		return nil
	}
	root := &members{byName: make(map[string]member)}
	for i, m := range list {
		root.add(m.Path, m.To, uint16(i))
		// Some emitters flatten objects into names with dots.
		if strings.Contains(m.Path, ".") {
			root.byName[m.Path] = member{field: m.To, rank: uint16(i)}
		}
	}
	return root
}

func (ms *members) add(path string, to Field, rank uint16) {
	name, rest, nested := strings.Cut(path, ".")
	m := ms.byName[name]
	if !nested {
		m.field, m.rank = to, rank
		ms.byName[name] = m
		return
	}
	if m.inner == nil {
		m.inner = &members{byName: make(map[string]member)}
	}
	m.inner.add(rest, to, rank)
	ms.byName[name] = m
}

// compile indexes the attributes: the dialect's own before the common ones, and
// extra, which the operator named, last.
func (d *Dialect) compile(extra []Mapping) {
	d.content = compileContent(commonContent, d.Content)
	d.compiled = make(map[string]compiledMapping, len(d.Attributes)+len(Common))
	rank := uint16(0)
	for i, list := range [][]Mapping{d.Attributes, Common, extra} {
		for _, m := range list {
			rank++
			if _, taken := d.compiled[m.From]; taken {
				continue
			}
			d.compiled[m.From] = compiledMapping{
				known: true, field: m.To, kind: fields[m.To].kind, rank: rank, json: compileMembers(m.JSON), values: m.Values, quoted: d.Quoted,
				own:     m.To.Key() == m.From,
				keep:    i == 2 || m.To.Key() == "",
				content: d.content.holds(m.From) || d.content.holds(m.To.Key()),
			}
			rank += uint16(len(m.JSON))
		}
	}
	for _, t := range d.Tags {
		d.compiled[t.From] = compiledMapping{known: true, tag: semconv.TagPrefix + t.Tag}
	}
}

// meaning holds what one attribute means, anyone who set it.
type meaning struct {
	families Family
	in       []compiledMapping // by the index of the dialect
}

func (e *Engine) known(key string) *meaning {
	if !e.named[key] && len(e.dialects) <= maxDialects {
		return e.unnamed(key)
	}
	m := &meaning{families: familyOf(key), in: make([]compiledMapping, len(e.dialects))}
	for i, d := range e.dialects {
		if c, ok := d.compiled[key]; ok {
			m.in[i] = c
		} else {
			m.in[i].content = d.content.holds(key)
			m.in[i].score = d.isScore(key)
		}
	}
	return m
}

// pattern distinguishes keys that no dialect names. A sender may invent any number of them,
// and all with one pattern share a meaning.
type pattern struct {
	families       Family
	content, score [maxDialects]bool
}

const maxDialects = 48

// unnamed is the meaning of a key that no dialect names.
func (e *Engine) unnamed(key string) *meaning {
	p := pattern{families: familyOf(key)}
	for i, d := range e.dialects {
		p.content[i], p.score[i] = d.content.holds(key), d.isScore(key)
	}
	e.mu.RLock()
	m := e.patterns[p]
	e.mu.RUnlock()
	if m != nil {
		return m
	}
	m = &meaning{families: p.families, in: make([]compiledMapping, len(e.dialects))}
	for i := range m.in {
		m.in[i].content, m.in[i].score = p.content[i], p.score[i]
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.patterns[p] = m
	return m
}
