package dialect

import (
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/keyorder"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/attribution"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Engine rewrites spans. It is safe for concurrent use.
type Engine struct {
	dialects []*Dialect
	byName   map[string]*Dialect
	options  Options

	named    map[string]bool // keys that a dialect names
	mu       sync.RWMutex
	scopes   map[Origin]*Scope
	patterns map[pattern]*meaning // of other keys
	drafts   sync.Pool
}

// maxScopes bounds the memory of origins already calculated; a sender that
// invents scope names pays with time instead.
const maxScopes = 4096

// Options of an engine.
type Options struct {
	// KeepOriginal leaves the attributes of the foreign dialect on the span.
	KeepOriginal bool
	// Keys are further attributes that say who a call is for; they stay on the
	// span.
	Keys []Mapping
	// Guard is applied to content.
	Guard Guard
	// Required are the attributions a call must have.
	Required []Field
}

// NewEngine returns an engine for dialects, the first that recognises a span
// winning.
func NewEngine(dialects []*Dialect, options Options) *Engine {
	e := &Engine{
		dialects: dialects,
		byName:   make(map[string]*Dialect, len(dialects)),
		options:  options,
		scopes:   make(map[Origin]*Scope),
		named:    make(map[string]bool),
		patterns: make(map[pattern]*meaning),
	}
	e.drafts.New = func() any { return &Draft{keys: keyorder.New(e.known)} }
	for i, d := range dialects {
		d.index = i
		d.compile(options.Keys)
		e.byName[d.Name] = d
		for key := range d.compiled {
			e.named[key] = true
		}
	}
	return e
}

// Draft lends a draft; hand it back with Release.
func (e *Engine) Draft() *Draft { return e.drafts.Get().(*Draft) }

// Release takes back a draft.
func (e *Engine) Release(d *Draft) {
	d.reset()
	e.drafts.Put(d)
}

// Scope returns the dialects possible for spans of origin.
func (e *Engine) Scope(origin Origin) *Scope {
	e.mu.RLock()
	s := e.scopes[origin]
	e.mu.RUnlock()
	if s != nil {
		return s
	}
	s = e.scope(origin)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.scopes) < maxScopes {
		// The key outlives the request, the strings inside it must not hold on
		// to the request's memory.
		e.scopes[Origin{
			Scope:   strings.Clone(origin.Scope),
			Version: strings.Clone(origin.Version),
			Service: strings.Clone(origin.Service),
			SDK:     strings.Clone(origin.SDK),
		}] = s
	}
	return s
}

// Outcome says what Normalize made of a span.
type Outcome struct {
	Dialect   string // empty: not a GenAI span, untouched
	Role      string
	Malformed int  // usage values that are no count
	Corrected bool // the input count was completed by cached tokens
	// Unread is why a span that looks like a model call was not read as one;
	// empty otherwise.
	Unread string
	// Missing are the required attributions that a call does not have.
	Missing []Field
}

// Reasons for a span that looks like a model call and is not read as one.
const (
	UnreadDialect   = "unknown_dialect"   // attributes of an emitter that no dialect reads
	UnreadOperation = "unknown_operation" // a model and a provider, and an operation that is no known one
	UnreadModel     = "missing_model"     // token counts, and nothing that says of which model
)

// Recognized reports whether the span was GenAI and has been rewritten.
func (o Outcome) Recognized() bool { return o.Dialect != "" }

// added is how many attributes a span gains from here on: four below, and five
// from the genai_cost processor, which would else move them all once more.
const added = 4 + 5

// Defaults are the attribution a span takes where it has none of its own: its
// resource's, then what the tables know.
type Defaults struct {
	User, Department, Application, Team, CostCenter, Purpose string

	Tables []*attribution.Table
}

// Normalize rewrites span in place. A span that is not GenAI is left as it is;
// of one that has been normalised before, only the content is guarded.
func (e *Engine) Normalize(draft *Draft, scope *Scope, span ptrace.Span, defaults *Defaults) Outcome {
	attrs := span.Attributes()
	families := draft.look(attrs) | familyOfName(span.Name())
	if families&^(familyInside|familyClaim) == 0 && !scope.bound {
		return Outcome{}
	}
	if families&familyNormalized != 0 {
		e.guardAgain(span)
		return Outcome{}
	}
	d := scope.choose(families, span.Name())
	if d == nil {
		if families&familyCalls != 0 {
			return Outcome{Unread: UnreadDialect}
		}
		return Outcome{}
	}

	draft.reset()
	content, scored := span.Events().Len() > 0, false
	i := 0
	for key, v := range attrs.All() {
		m := &draft.seen[i].in[d.index]
		i++
		content, scored = content || m.content || m.score, scored || m.score
		if m.known {
			draft.take(key, v, m)
		}
	}
	role := draft.role(d, span)
	if role == "" {
		if families&familyCalls != 0 && !draft.uncounted() {
			return Outcome{Unread: UnreadModel}
		}
		return Outcome{}
	}
	draft.takeEvents(d, role, span)
	if d.EntityIsModel && modelRoles[role] {
		draft.fillText(RequestModel, draft.text(EntityName))
	}
	draft.spellModels(d)
	if d.Alias {
		draft.dropAlias()
	}
	draft.nameProvider(d)
	draft.tidy(role, span.StartTimestamp())
	out := Outcome{Dialect: d.Name, Role: role}
	if role == semconv.RoleOther && draft.looksLikeCall() {
		out.Unread = UnreadOperation
	}
	draft.identify(d)
	out.Corrected = draft.completeUsage(d)
	out.Malformed = draft.malformed()
	draft.attribute(defaults)
	draft.lookUp(defaults.Tables)
	claim, billable := draft.claim(d, role, span)
	if families&familyInside != 0 && claim != semconv.ClaimTransport {
		inside, _ := attrs.Get(string(semconv.CallInside))
		billable = billable && !inside.Bool()
	}

	if claim != "" {
		out.Missing = draft.missing(e.options.Required)
	}

	attrs.EnsureCapacity(attrs.Len() + draft.moved() + len(draft.tags) + added)
	draft.write(attrs, d.Drop, e.options.KeepOriginal)
	for _, tag := range draft.tags {
		if _, own := attrs.Get(tag.key); !own {
			attrs.PutStr(tag.key, tag.value)
		}
	}
	draft.describe(attrs, families, d.Name, role, claim)
	attrs.PutBool(string(semconv.Billable), billable)
	if scored {
		d.recordScores(span, e.options.KeepOriginal && !e.options.Guard.active())
	}
	if content && e.options.Guard.active() {
		e.options.Guard.apply(span, &d.content)
	}
	return out
}

// guardAgain guards the content of a span that was normalised before, maybe
// under a more generous policy.
func (e *Engine) guardAgain(span ptrace.Span) {
	if !e.options.Guard.active() {
		return
	}
	name, _ := span.Attributes().Get(string(semconv.Dialect))
	if d := e.byName[name.AsString()]; d != nil {
		e.options.Guard.apply(span, &d.content)
	}
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
