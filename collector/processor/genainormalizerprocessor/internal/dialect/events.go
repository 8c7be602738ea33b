package dialect

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// takeEvents reads the counts of a span that has them only in its events. The
// events of one call repeat each other, so the last that counts holds; the events
// of an agent are one for each call, and are added up.
func (d *Draft) takeEvents(dl *Dialect, role string, span ptrace.Span) {
	if span.Events().Len() == 0 || !d.uncounted() {
		return
	}
	adds := role == semconv.RoleAgent || role == semconv.RoleWorkflow
	if !adds && !modelRoles[role] {
		return
	}
	for _, event := range span.Events().All() {
		counts, found := dl.countsOf(event.Attributes())
		if !found {
			continue
		}
		for f, n := range counts {
			if n < 0 {
				continue
			}
			sum, _ := d.count(Input + Field(f))
			if !adds {
				sum = 0
			}
			d.setCount(Input+Field(f), n+min(sum, math.MaxInt64-n))
		}
	}
}

// usageFields are the counts a span may have.
const usageFields = SearchUnits - Input + 1

// countsOf reads the counts among attributes, -1 for what they do not say.
func (d *Dialect) countsOf(attrs pcommon.Map) (counts [usageFields]int64, found bool) {
	for i := range counts {
		counts[i] = -1
	}
	for key, v := range attrs.All() {
		m, known := d.compiled[key]
		if !known || m.json != nil || !m.field.usage() || fields[m.field].kind != Count {
			continue
		}
		var s slot
		if said, _ := s.read(Count, v); said && s.state == good {
			counts[m.field-Input] = s.count
			found = found || m.field == Input || m.field == Output
		}
	}
	return counts, found
}
