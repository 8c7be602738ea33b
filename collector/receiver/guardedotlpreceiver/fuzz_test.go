package guardedotlpreceiver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// deepest is how deep values may nest after a guard: each level is two messages at
// least, or two brackets.
const deepest = maxBrackets / 2

// nested is an attribute whose value is lists in lists, as a request.
func nested(levels int) ptraceotlp.ExportRequest {
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	value := span.Attributes().PutEmpty("deep")
	for range levels {
		value = value.SetEmptySlice().AppendEmpty()
	}
	value.SetStr("\n\x0a\x12\x7a text")
	return ptraceotlp.NewExportRequestFromTraces(td)
}

func depth(v pcommon.Value) (most int) {
	switch v.Type() {
	case pcommon.ValueTypeSlice:
		for _, e := range v.Slice().All() {
			most = max(most, 1+depth(e))
		}
	case pcommon.ValueTypeMap:
		for _, e := range v.Map().All() {
			most = max(most, 1+depth(e))
		}
	}
	return most
}

func requireShallow(t *testing.T, td ptrace.Traces) {
	t.Helper()
	for _, rs := range td.ResourceSpans().All() {
		maps := []pcommon.Map{rs.Resource().Attributes()}
		for _, ss := range rs.ScopeSpans().All() {
			maps = append(maps, ss.Scope().Attributes())
			for _, span := range ss.Spans().All() {
				maps = append(maps, span.Attributes())
				for _, e := range span.Events().All() {
					maps = append(maps, e.Attributes())
				}
				for _, l := range span.Links().All() {
					maps = append(maps, l.Attributes())
				}
			}
		}
		for _, m := range maps {
			for _, v := range m.All() {
				if d := depth(v); d > deepest {
					t.Fatalf("a value nests %d levels deep, at most %d are to be left", d, deepest)
				}
			}
		}
	}
}

// FuzzProtobuf holds the guard to the decoder: what the decoder makes of a request, also
// before an error, nests no deeper than the limit, and what has nothing deep is as it was.
func FuzzProtobuf(f *testing.F) {
	for _, levels := range []int{0, 3, 70, 300} {
		body, err := nested(levels).MarshalProto()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(append(bytes.Clone(body), 0xff))
		f.Add(append([]byte{0xa3, 0x06, 0xa4, 0x06}, body...))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		fields := tooDeep(body)
		hide(body, fields)
		if len(fields) == 0 && !bytes.Equal(before, body) {
			t.Fatal("a request without anything deep was changed")
		}
		request := ptraceotlp.NewExportRequest()
		_ = request.UnmarshalProto(body)
		requireShallow(t, request.Traces())
	})
}

// FuzzJSON is the same for JSON.
func FuzzJSON(f *testing.F) {
	for _, levels := range []int{0, 3, 70, 300} {
		body, err := nested(levels).MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(bytes.Replace(body, []byte("arrayValue"), []byte("array_value"), 2))
		f.Add(bytes.Replace(body, []byte(`"deep"`), []byte("\"\x01,\""), 1))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		valid := json.Valid(body)
		cutJSON(body)
		if valid && !json.Valid(body) {
			t.Fatal("what was valid JSON is none afterwards")
		}
		if !json.Valid(body) {
			return // refused
		}
		request := ptraceotlp.NewExportRequest()
		_ = request.UnmarshalJSON(body)
		requireShallow(t, request.Traces())
	})
}

func BenchmarkEnough(b *testing.B) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	const count = 10_000
	for n := range count {
		span := spans.AppendEmpty()
		span.SetName("chat gpt-5")
		span.SetTraceID([16]byte{1, byte(n), byte(n >> 8), 200, 100})
		span.SetSpanID([8]byte{1, byte(n), byte(n >> 8)})
		for a := range 16 {
			span.Attributes().PutStr(fmt.Sprint("gen_ai.request.text.", a), "a text of a few words")
		}
		for a := range 10 {
			span.Attributes().PutInt(fmt.Sprint("gen_ai.usage.count.", a), int64(n%5000))
		}
	}
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !enough(body) {
			b.Fatal("refused")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*count), "ns/span")
}
