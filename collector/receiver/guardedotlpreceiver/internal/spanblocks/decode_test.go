package spanblocks_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver/internal/spanblocks"
)

// message returns the private message in a request, as gRPC gives it to its codec.
func message(request ptraceotlp.ExportRequest) any {
	field := reflect.ValueOf(&request).Elem().FieldByName("orig")
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Interface()
}

// decode returns a request as it is decoded here, and whether it is.
func decode(body []byte) (ptraceotlp.ExportRequest, bool) {
	request := ptraceotlp.NewExportRequest()
	return request, decodeInto(request, body)
}

func decodeInto(request ptraceotlp.ExportRequest, body []byte) bool {
	return spanblocks.Decode(message(request), body, spanblocks.Limits{})
}

// traces has every field of a span, and values of every kind.
func traces() ptrace.Traces {
	td := ptrace.NewTraces()
	for r := range 2 {
		resource := td.ResourceSpans().AppendEmpty()
		resource.SetSchemaUrl("schema")
		resource.Resource().Attributes().PutStr("service.name", "intake")
		for s := range 2 {
			scope := resource.ScopeSpans().AppendEmpty()
			scope.Scope().SetName("scope")
			scope.SetSchemaUrl("another")
			for i := range 3 {
				span := scope.Spans().AppendEmpty()
				if i == 1 {
					continue // no attribute
				}
				fill(span, fmt.Sprint("span ", r, s, i))
			}
		}
	}
	return td
}

func fill(span ptrace.Span, name string) {
	span.SetName(name)
	span.SetTraceID([16]byte{1, 2})
	span.SetSpanID([8]byte{3})
	span.SetParentSpanID([8]byte{4})
	span.SetKind(ptrace.SpanKindClient)
	span.SetFlags(257)
	span.TraceState().FromRaw("a=b")
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(1, 2)))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Unix(3, 4)))
	span.SetDroppedAttributesCount(1)
	span.SetDroppedEventsCount(2)
	span.SetDroppedLinksCount(3)
	span.Status().SetCode(ptrace.StatusCodeError)
	span.Status().SetMessage("failed")
	a := span.Attributes()
	a.PutStr("text", "value of "+name)
	a.PutStr("empty", "")
	a.PutStr("", "without a key")
	a.PutStr(strings.Repeat("long key ", 100), strings.Repeat("long text ", 100))
	a.PutBool("true", true)
	a.PutBool("false", false)
	a.PutInt("number", 12345678901)
	a.PutInt("negative", -1)
	a.PutInt("zero", 0)
	a.PutDouble("double", 0.25)
	a.PutDouble("infinity", math.Inf(-1))
	a.PutEmpty("nothing")
	a.PutEmptySlice("list").AppendEmpty().SetStr("element")
	a.PutEmptyMap("map").PutInt("number", 1)
	a.PutEmptyBytes("bytes").FromRaw([]byte{0, 1})
	event := span.Events().AppendEmpty()
	event.SetName("event")
	event.Attributes().PutStr("of", "the event")
	span.Links().AppendEmpty().Attributes().PutStr("of", "the link")
}

func encode(t testing.TB, td ptrace.Traces) []byte {
	t.Helper()
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	require.NoError(t, err)
	return body
}

func TestDecode_GivesWhatTheCollectorsDecoderGives(t *testing.T) {
	body := encode(t, traces())
	expected := ptraceotlp.NewExportRequest()
	require.NoError(t, expected.UnmarshalProto(bytes.Clone(body)))
	for range 2 { // without and with known keys
		decoded, done := decode(body)
		require.True(t, done, "the Collector's types have changed: adapt this package, or delete it")
		require.Equal(t, message(expected), message(decoded))
	}
}

func TestDecode_KeepsNothingOfTheRequest(t *testing.T) {
	body := encode(t, traces())
	decoded, done := decode(body)
	require.True(t, done)
	before := encode(t, decoded.Traces())
	for i := range body {
		body[i] = 'x'
	}
	assert.Equal(t, before, encode(t, decoded.Traces()))
}

func TestDecode_ItsSpansCanBeChanged(t *testing.T) {
	change := func(td ptrace.Traces) {
		for _, resource := range td.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				scope.Spans().RemoveIf(func(span ptrace.Span) bool { return span.Attributes().Len() == 0 })
				for i, span := range scope.Spans().All() {
					for n := range 30 {
						span.Attributes().PutInt(fmt.Sprint("added ", n), int64(i))
					}
					span.Attributes().PutStr("number", "a text")
					span.Attributes().PutInt("text", 7)
					span.Attributes().Remove("true")
				}
				scope.Spans().AppendEmpty().SetName("added")
			}
		}
	}
	body := encode(t, traces())
	expected := ptraceotlp.NewExportRequest()
	require.NoError(t, expected.UnmarshalProto(body))
	decoded, done := decode(body)
	require.True(t, done)
	change(expected.Traces())
	change(decoded.Traces())
	assert.Equal(t, encode(t, expected.Traces()), encode(t, decoded.Traces()))
}

func TestDecode_LeavesWhatItDoesNotReadToTheCollectorsDecoder(t *testing.T) {
	body := encode(t, traces())
	for name, changed := range map[string][]byte{
		"an unknown field at the top": append(bytes.Clone(body), 0x78, 1),
		"a group":                     append(bytes.Clone(body), 0xa3, 0x06, 0xa4, 0x06),
		"half a field":                body[:len(body)-1],
		"a tag of more than 32 bits":  append(bytes.Clone(body), 0x8a, 0x80, 0x80, 0x80, 0x80, 0x10, 0),
	} {
		t.Run(name, func(t *testing.T) {
			request, done := decode(changed)
			assert.False(t, done)
			assert.Zero(t, request.Traces().ResourceSpans().Len())
		})
	}
	for name, set := range map[string]func(ptrace.Span){
		"what may be too deep in a map": func(span ptrace.Span) {
			span.Attributes().PutEmptyMap("map").PutStr("text", strings.Repeat("x", 1000))
		},
		"what may be too deep in an event": func(span ptrace.Span) { span.Events().AppendEmpty().SetName(strings.Repeat("x", 1000)) },
	} {
		t.Run(name, func(t *testing.T) {
			td := ptrace.NewTraces()
			span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
			set(span)
			asked := 0
			for _, deep := range []bool{true, false} {
				request := ptraceotlp.NewExportRequest()
				assert.Equal(t, !deep, spanblocks.Decode(message(request), encode(t, td), spanblocks.Limits{Deep: func([]byte, int) bool {
					asked++
					return deep
				}}))
				assert.Equal(t, !deep, request.Traces().SpanCount() == 1)
			}
			assert.Equal(t, 2, asked)
		})
	}
	t.Run("another message", func(t *testing.T) {
		assert.False(t, spanblocks.Decode(new(strings.Builder), body, spanblocks.Limits{}))
	})
}

// compare holds a request to the Collector's decoder: the result is the same, and what has
// an error is never decoded.
func compare(t *testing.T, body []byte) (done bool) {
	t.Helper()
	expected := ptraceotlp.NewExportRequest()
	// As in the Collector's codec: the request itself would also migrate deprecated fields,
	// as the server does after both.
	err := message(expected).(interface{ UnmarshalProto([]byte) error }).UnmarshalProto(bytes.Clone(body))
	decoded, done := decode(body)
	switch {
	case !done:
		require.Zero(t, decoded.Traces().ResourceSpans().Len())
	case err != nil:
		t.Fatalf("the Collector's decoder finds an error in %q: %v", body, err)
	case !reflect.DeepEqual(message(expected), message(decoded)):
		// NaN differs from itself.
		require.Equal(t, encode(t, expected.Traces()), encode(t, decoded.Traces()), "%q", body)
	}
	return done
}

func TestDecode_AgreesOnRequestsWithRandomChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	td := ptrace.NewTraces()
	fill(td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty(), "span")
	body := encode(t, td)
	decoded := 0
	for range 20_000 {
		changed := bytes.Clone(body)
		for range 1 + rnd.IntN(3) {
			switch at := rnd.IntN(len(changed)); rnd.IntN(4) {
			case 0:
				changed[at] = byte(rnd.Uint32())
			case 1:
				changed[at] ^= 1 << rnd.IntN(8)
			case 2:
				changed[at]++
			default: // a tag or a length
				changed[at] = []byte{0, 2, 8, 0x0a, 0x10, 0x12, 0x18, 0x21, 0x2a, 0x4a, 0x80}[rnd.IntN(11)]
			}
		}
		if compare(t, changed) {
			decoded++
		}
	}
	assert.Greater(t, decoded, 5_000, "most changes are in texts")
}

// FuzzDecode compares with the Collector's decoder.
func FuzzDecode(f *testing.F) {
	body := encode(f, traces())
	f.Add(body)
	f.Add(append(bytes.Clone(body), body...))
	f.Add(body[:len(body)/2])
	// Attributes with their fields in another order, twice, and with unknown ones.
	for _, attribute := range []string{
		"\x12\x03\x0a\x01v\x0a\x01k", "\x0a\x01k\x0a\x01j\x12\x03\x0a\x01v", "\x0a\x01k\x12\x05\x0a\x01v\x10\x01",
		"\x0a\x01k\x12\x03\x0a\x01v\x18\x05", "\x0a\x01k\x12\x03\x0a\x01v\x12\x02\x18\x05", "\x0a\x01k", "\x12\x02\x18\x05",
		"\x0a\x01k\x12\x0b\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x0a\x01k\x12\x0b\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
	} {
		span := "\x4a" + string(rune(len(attribute))) + attribute + "\x2a\x01n"
		scope := "\x12" + string(rune(len(span))) + span
		resource := "\x12" + string(rune(len(scope))) + scope
		f.Add([]byte("\x0a" + string(rune(len(resource))) + resource))
	}
	f.Fuzz(func(t *testing.T, body []byte) { compare(t, body) })
}

func BenchmarkDecode(b *testing.B) {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range 1000 {
		span := spans.AppendEmpty()
		span.SetName("chat gpt-5-mini")
		for n := range 14 {
			span.Attributes().PutStr(fmt.Sprint("gen_ai.attribute.", n), fmt.Sprint("a text ", n))
		}
		for n := range 9 {
			span.Attributes().PutInt(fmt.Sprint("gen_ai.usage.", n), int64(n)*100)
		}
		span.Attributes().PutBool("gen_ai.request.stream", true)
		span.Attributes().PutDouble("gen_ai.request.temperature", 0.5)
		span.Attributes().PutEmptySlice("gen_ai.response.finish_reasons").AppendEmpty().SetStr("stop")
	}
	body := encode(b, td)
	for name, decode := range map[string]func(ptraceotlp.ExportRequest) bool{
		"blocks":    func(r ptraceotlp.ExportRequest) bool { return spanblocks.Decode(message(r), body, spanblocks.Limits{}) },
		"collector": func(r ptraceotlp.ExportRequest) bool { return r.UnmarshalProto(body) == nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !decode(ptraceotlp.NewExportRequest()) {
					b.Fatal("not decoded")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*1000), "ns/span")
		})
	}
}
