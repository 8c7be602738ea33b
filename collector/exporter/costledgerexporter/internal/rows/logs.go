package rows

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/internal/eventname"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// LogPolicy says which log records become rows, and how much of each.
type LogPolicy struct {
	RequireTrace  bool // leave out records of no trace that are not GenAI's
	MaxValueBytes int  // length of a body or attribute; 0 = any
}

// LeftOut is why a log record is no row.
type LeftOut string

// Reasons to leave a record out.
const (
	Untraced  LeftOut = "untraced"   // belongs to no trace
	NoContent LeftOut = "no_content" // a content event without content: the record of the call says the same
	// InvalidResult is an evaluation or outcome that no store can hold; its log record
	// is kept.
	InvalidResult LeftOut = "invalid_result"
)

// LogBuilder collects the log records of one export.
type LogBuilder struct {
	Logs    []ledger.Log
	Results []ledger.Result // evaluations and outcomes among the records
	LeftOut map[LeftOut]int
	Limited int // attributes left out: see ledger.MaxLogAttributes

	policy   LogPolicy
	received time.Time
}

// NewLogBuilder stamps every row with the time of receipt.
func NewLogBuilder(policy LogPolicy, received time.Time) *LogBuilder {
	return &LogBuilder{policy: policy, received: received.Truncate(time.Microsecond), LeftOut: make(map[LeftOut]int)}
}

// LogResource holds what every record of a resource starts from.
type LogResource struct {
	log ledger.Log
}

// placeKeys are the attributes of a resource that say where a record comes from.
var placeKeys = []string{
	string(otelsemconv.ServiceVersionKey), string(otelsemconv.ServiceInstanceIDKey), string(otelsemconv.HostNameKey),
	string(otelsemconv.K8SNamespaceNameKey), string(otelsemconv.K8SPodNameKey),
}

// NewLogResource reads the attributes of a resource.
func NewLogResource(attrs pcommon.Map) *LogResource {
	r := &LogResource{log: ledger.Log{Attributes: make(map[string]string)}}
	for key, value := range attrs.All() {
		switch key {
		case string(otelsemconv.ServiceNameKey):
			r.log.Service = clean(value.AsString())
		case string(otelsemconv.DeploymentEnvironmentNameKey):
			r.log.Environment = clean(value.AsString())
		case string(semconv.UserID), string(semconv.Department), string(semconv.Application):
			*column(&r.log, key) = clean(value.AsString())
		default:
			if slices.Contains(placeKeys, key) {
				r.log.Attributes[key] = clean(value.AsString())
			}
		}
	}
	if r.log.Application == "" {
		r.log.Application = r.log.Service
	}
	return r
}

// column is the column of an attribute; nil when it has none.
func column(l *ledger.Log, key string) *string {
	switch key {
	case string(semconv.UserID):
		return &l.User
	case string(semconv.Department):
		return &l.Department
	case string(semconv.Application):
		return &l.Application
	case string(semconv.AgentName):
		return &l.Agent
	case string(semconv.ProviderName):
		return &l.Provider
	case string(semconv.OperationName):
		return &l.Operation
	case string(semconv.ErrorType):
		return &l.ErrorType
	}
	return nil
}

// Add appends the row of a record, and reports whether it has one.
func (b *LogBuilder) Add(r *LogResource, record plog.LogRecord) bool {
	b.addResult(record)
	l := r.log
	l.TraceID, l.SpanID = ledger.TraceID(record.TraceID()), ledger.SpanID(record.SpanID())
	l.EventName = clean(eventname.Of(record))
	l.Attributes = make(map[string]string, len(r.log.Attributes)+record.Attributes().Len())
	for key, value := range r.log.Attributes {
		l.Attributes[key] = value
	}
	genAI, said := b.attributes(&l, record.Attributes())
	_, lasted := l.Attributes[string(semconv.CallDuration)]
	genAI = genAI || strings.HasPrefix(l.EventName, "gen_ai.")
	switch {
	case l.EventName == "" && lasted:
		l.Kind = ledger.LogCall
	case genAI:
		l.Kind = ledger.LogEvent
	default:
		l.Kind = ledger.LogApplication
	}
	if b.policy.RequireTrace && l.TraceID.IsZero() && l.Kind == ledger.LogApplication {
		b.LeftOut[Untraced]++
		return false
	}
	if l.EventName == semconv.EventInferenceDetails && !said {
		b.LeftOut[NoContent]++
		return false
	}
	l.Body = b.value(record.Body())
	l.Severity = severity(record)
	l.Time = timeOf(record, b.received)
	l.ID = logID(l.Kind, record)
	l.Received = b.received
	b.Logs = append(b.Logs, l)
	return true
}

// attributes reads what a record says; said reports content of messages.
func (b *LogBuilder) attributes(l *ledger.Log, attrs pcommon.Map) (genAI, said bool) {
	var requested string
	for key, value := range attrs.All() {
		genAI = genAI || strings.HasPrefix(key, "gen_ai.")
		switch key {
		case eventname.Attribute:
			continue // read before
		case string(semconv.RequestModel):
			requested = clean(value.AsString())
			continue
		case string(semconv.ResponseModel):
			l.Model = clean(value.AsString())
			continue
		case string(semconv.InputMessages), string(semconv.OutputMessages), string(semconv.SystemInstructions), string(semconv.ToolDefinitions):
			said = true
		}
		if to := column(l, key); to != nil {
			*to = clean(value.AsString())
			continue
		}
		if len(l.Attributes) >= ledger.MaxLogAttributes {
			b.Limited++
			continue
		}
		l.Attributes[ledger.LimitText(ledger.MakeValid(key), ledger.MaxTagKeyBytes)] = b.value(value)
	}
	switch {
	case l.Model == "":
		l.Model = requested
	case requested != "" && requested != l.Model:
		l.Attributes[string(semconv.RequestModel)] = requested
	}
	if l.ErrorType == "" {
		l.ErrorType = l.Attributes[string(semconv.ExceptionType)]
	}
	return genAI, said
}

// value is a body or attribute as text, structured ones as JSON, cut between
// characters where it is too long.
func (b *LogBuilder) value(v pcommon.Value) string {
	text := v.AsString()
	if limit := b.policy.MaxValueBytes; limit > 0 && len(text) > limit {
		for limit > 0 && !utf8.RuneStart(text[limit]) {
			limit--
		}
		text = text[:limit] + "…"
	}
	return ledger.MakeValid(text)
}

// severity is the number, else what the text says.
func severity(record plog.LogRecord) int {
	if n := int(record.SeverityNumber()); n > 0 {
		return n
	}
	text := strings.ToUpper(record.SeverityText())
	if text == "WARNING" {
		text = "WARN"
	}
	if n, ok := ledger.ParseSeverity(text); ok {
		return n
	}
	return 0
}

func timeOf(record plog.LogRecord, received time.Time) time.Time {
	switch {
	case record.Timestamp() != 0:
		return record.Timestamp().AsTime()
	case record.ObservedTimestamp() != 0:
		return record.ObservedTimestamp().AsTime()
	}
	return received
}

// logID is the same for a record that is delivered again. A span has one record
// of its call; other records are identified by a hash of all fields.
func logID(kind ledger.LogKind, record plog.LogRecord) (id ledger.LogID) {
	h := sha256.New()
	trace, span := record.TraceID(), record.SpanID()
	h.Write(trace[:])
	h.Write(span[:])
	part(h, string(kind))
	if kind != ledger.LogCall {
		at := record.Timestamp()
		if at == 0 {
			at = record.ObservedTimestamp()
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(at)))
		part(h, record.SeverityText())
		part(h, record.EventName())
		part(h, record.Body().AsString())
		keys := make([]string, 0, record.Attributes().Len())
		for key := range record.Attributes().All() {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			value, _ := record.Attributes().Get(key)
			part(h, key)
			part(h, value.AsString())
		}
	}
	copy(id[:], h.Sum(nil))
	return id
}

// part writes the length of a text before it, so that "ab"+"c" and "a"+"bc" differ.
func part(h hash.Hash, text string) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
	h.Write([]byte(text))
}
