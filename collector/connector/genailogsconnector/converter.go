package genailogsconnector

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/connector/genailogsconnector/internal/metadata"
	"github.com/spanledger/spanledger/collector/internal/eventname"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// converter makes spans of log records.
type converter struct {
	component.StartFunc
	component.ShutdownFunc

	emitters  []*emitter
	next      consumer.Traces
	telemetry *metadata.Telemetry
}

var _ connector.Logs = (*converter)(nil)

func newConverter(set connector.Settings, cfg *Config, next consumer.Traces) (*converter, error) {
	telemetry, err := metadata.NewTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	c := &converter{next: next, telemetry: telemetry}
	for i := range emitters {
		if slices.Contains(cfg.Emitters, emitters[i].name) {
			c.emitters = append(c.emitters, &emitters[i])
		}
	}
	return c, nil
}

func (c *converter) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// ConsumeLogs passes on a span for each record that means a call.
func (c *converter) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	td := ptrace.NewTraces()
	counts := make(map[string]int)
	for _, rl := range ld.ResourceLogs().All() {
		var resource ptrace.ResourceSpans
		made := false
		for _, sl := range rl.ScopeLogs().All() {
			var spans ptrace.SpanSlice
			scoped := false
			for _, record := range sl.LogRecords().All() {
				e, name, ev, ok := c.recognize(sl.Scope().Name(), record)
				if !ok {
					continue
				}
				if !made {
					resource, made = td.ResourceSpans().AppendEmpty(), true
					rl.Resource().CopyTo(resource.Resource())
					resource.SetSchemaUrl(rl.SchemaUrl())
				}
				if !scoped {
					ss := resource.ScopeSpans().AppendEmpty()
					sl.Scope().CopyTo(ss.Scope())
					spans, scoped = ss.Spans(), true
				}
				span := spans.AppendEmpty()
				convert(e, name, ev, record, span)
				e.copyResource(rl.Resource().Attributes(), span.Attributes())
				counts[e.name]++
			}
		}
	}
	for name, n := range counts {
		c.telemetry.Calls(ctx, name, n)
	}
	if len(counts) == 0 {
		return nil
	}
	return c.next.ConsumeTraces(ctx, td)
}

// recognize tells whether a record means a call, and of which emitter.
func (c *converter) recognize(scope string, record plog.LogRecord) (*emitter, string, event, bool) {
	name := eventname.Full(scope, record)
	for _, e := range c.emitters {
		short, own := strings.CutPrefix(name, e.prefix)
		if !own {
			continue
		}
		for _, ev := range e.events[short] {
			if ev.holds(record.Attributes()) {
				return e, name, ev, true
			}
		}
	}
	return nil, "", event{}, false
}

// convert describes the call as a span. Its ids follow from the record alone,
// so that a record delivered twice is the same span twice.
func convert(e *emitter, name string, ev event, record plog.LogRecord, span ptrace.Span) {
	attrs := record.Attributes()
	end := record.Timestamp()
	if end == 0 {
		end = record.ObservedTimestamp()
	}
	span.SetName(name)
	span.SetKind(ptrace.SpanKindClient)
	if took := duration(attrs, end); e.starts {
		span.SetStartTimestamp(end)
		span.SetEndTimestamp(end + took)
	} else {
		span.SetStartTimestamp(end - took)
		span.SetEndTimestamp(end)
	}
	span.SetTraceID(traceID(e, record))
	span.SetSpanID(spanID(e, name, record, end))
	span.SetParentSpanID(record.SpanID())
	if ev.failed {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	attrs.CopyTo(span.Attributes())
	span.Attributes().PutStr(string(semconv.Claim), semconv.ClaimLog)
	if ev.failed {
		span.Attributes().PutStr(string(semconv.UsageSource), semconv.UsageNone)
	}
}

// duration reads duration_ms, which may be a number or a text, within the
// time there has been.
func duration(attrs pcommon.Map, end pcommon.Timestamp) pcommon.Timestamp {
	v, ok := attrs.Get("duration_ms")
	if !ok {
		return 0
	}
	var ms float64
	switch v.Type() {
	case pcommon.ValueTypeInt:
		ms = float64(v.Int())
	case pcommon.ValueTypeDouble:
		ms = v.Double()
	case pcommon.ValueTypeStr:
		d, err := time.ParseDuration(v.Str() + "ms")
		if err != nil {
			return 0
		}
		ms = float64(d) / float64(time.Millisecond)
	}
	if math.IsNaN(ms) || ms < 0 || ms*1e6 > float64(end) {
		return 0
	}
	return pcommon.Timestamp(ms * 1e6)
}

// traceID is the record's, else one for the session.
func traceID(e *emitter, record plog.LogRecord) pcommon.TraceID {
	if id := record.TraceID(); !id.IsEmpty() {
		return id
	}
	session := first(record.Attributes(), e.session)
	if session == "" {
		session = first(record.Attributes(), e.unique)
	}
	sum := sha256.Sum256([]byte("trace\x00" + e.name + "\x00" + session))
	return pcommon.TraceID(sum[:16])
}

// spanID identifies a call by the emitter's own id, otherwise by a hash of the record.
func spanID(e *emitter, name string, record plog.LogRecord, end pcommon.Timestamp) pcommon.SpanID {
	h := sha256.New()
	h.Write([]byte("span\x00" + name + "\x00"))
	if id := first(record.Attributes(), e.unique); id != "" {
		h.Write([]byte(id))
	} else {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(end)))
		var pairs []string
		for key, v := range record.Attributes().All() {
			pairs = append(pairs, key+"\x00"+v.AsString()+"\x00")
		}
		slices.Sort(pairs)
		for _, pair := range pairs {
			h.Write([]byte(pair))
		}
	}
	return pcommon.SpanID(h.Sum(nil)[:8])
}
