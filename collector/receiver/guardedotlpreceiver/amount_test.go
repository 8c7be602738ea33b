package guardedotlpreceiver_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// allocated is how many bytes a function allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestReceiver_RefusesARequestWhoseMemoryIsNotInItsLength sends millions of empty messages of
// each kind, which need a hundred times as much memory when they are decoded.
func TestReceiver_RefusesARequestWhoseMemoryIsNotInItsLength(t *testing.T) {
	sink, grpcAddress, httpAddress := receive(t)
	conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	const size = 15 << 20
	empty := func(number byte) []byte { return bytes.Repeat([]byte{number<<3 | 2, 0}, size/2) }
	inSpan := func(record []byte) []byte { return field(1, field(2, field(2, record))) }
	protobuf := map[string][]byte{
		"resources":             empty(1),
		"scopes":                field(1, empty(2)),
		"spans":                 field(1, field(2, empty(2))),
		"attributes":            inSpan(empty(9)),
		"attributes with keys":  inSpan(bytes.Repeat(field(9, field(1, []byte("k"))), size/5)),
		"events":                inSpan(empty(11)),
		"links":                 inSpan(empty(13)),
		"attributes of events":  inSpan(field(11, empty(3))),
		"attributes of a map":   inSpan(field(9, field(2, field(6, empty(1))))),
		"resource's attributes": field(1, field(1, empty(1))),
	}
	for name, body := range protobuf {
		for door, send := range map[string]func() error{
			"HTTP": func() error { return post(httpAddress, "application/x-protobuf", body) },
			"gRPC": func() error {
				return conn.Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", body, nil,
					grpc.ForceCodecV2(raw{}), grpc.MaxCallSendMsgSize(1<<30))
			},
		} {
			t.Run(name+" by "+door, func(t *testing.T) {
				sink.Reset()
				var err error
				needed := allocated(func() { err = send() })
				assert.Error(t, err)
				assert.Empty(t, sink.AllTraces())
				assert.Less(t, needed, uint64(12*size))
			})
		}
	}
	t.Run("JSON", func(t *testing.T) {
		body := []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[` + strings.Repeat("{},", 1_300_000) + `{}]}]}]}`)
		var err error
		needed := allocated(func() { err = post(httpAddress, "application/json", body) })
		assert.Error(t, err)
		assert.Less(t, needed, uint64(12*len(body)))
	})
}

// TestReceiver_AcceptsLargeRequests sends requests as senders make them, as large as may be.
func TestReceiver_AcceptsLargeRequests(t *testing.T) {
	sink, _, httpAddress := receive(t)
	for name, attributes := range map[string]int{"bare spans": 0, "a number each": 1, "calls": 30} {
		t.Run(name, func(t *testing.T) {
			td := ptrace.NewTraces()
			spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
			count := 19_000_000 / (60 + 20*attributes)
			for n := range count {
				span := spans.AppendEmpty()
				span.SetName("chat gpt-5")
				span.SetTraceID([16]byte{1, byte(n)})
				span.SetSpanID([8]byte{1, byte(n)})
				span.SetStartTimestamp(1)
				span.SetEndTimestamp(2)
				for a := range attributes {
					span.Attributes().PutInt(fmt.Sprint("number ", a), int64(n%5))
				}
			}
			body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
			require.NoError(t, err)
			sink.Reset()
			require.NoError(t, post(httpAddress, "application/x-protobuf", body), "%d spans in %d bytes", count, len(body))
			assert.Equal(t, count, sink.SpanCount())
		})
	}
}
