package dialect

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/spanledger/spanledger/collector/internal/eventname"
)

// conventionContent are the content keys of records that no dialect claims.
var conventionContent = compileContent(commonContent)

// GuardLog applies the policy for content to a log record: to the attributes
// that its dialect or the conventions call content, and to the body of an event
// of the conventions, which up to v1.36 is the message itself. The record is
// left alone otherwise.
func (e *Engine) GuardLog(scope *Scope, scopeName string, record plog.LogRecord) {
	g := &e.options.Guard
	if !g.active() {
		return
	}
	name := eventname.Full(scopeName, record)
	families := familyOfName(name)
	for key := range record.Attributes().All() {
		families |= familyOf(key)
	}
	keys := &conventionContent
	if d := scope.choose(families, name); d != nil {
		keys = &d.content
	}
	g.attributes(record.Attributes(), keys.holds)
	if strings.HasPrefix(eventname.OrBody(record), "gen_ai.") {
		g.body(record.Body())
	}
}

func (g *Guard) body(body pcommon.Value) {
	switch {
	case body.Type() == pcommon.ValueTypeMap:
		g.attributes(body.Map(), messageKey)
	case g.Policy == ContentDrop:
		pcommon.NewValueEmpty().CopyTo(body)
	default:
		g.value(body)
	}
}
