package guardedotlpreceiver_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// TestReceiver_RequestsOfManyFramesKeepTheirContent sends requests of different length, whose
// frames are joined in the same memory, and compares all of them at the end. Every second
// one has maps, which the Collector decodes.
func TestReceiver_RequestsOfManyFramesKeepTheirContent(t *testing.T) {
	var kept []ptrace.Traces
	next, err := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error {
		kept = append(kept, td)
		return nil
	})
	require.NoError(t, err)
	address, _ := receiveInto(t, next)
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	var sent []ptrace.Traces
	for n, spans := range []int{300, 20, 500, 1, 400} {
		td := ptrace.NewTraces()
		list := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
		for i := range spans {
			span := list.AppendEmpty()
			span.SetName(fmt.Sprintf("span %d of request %d", i, n))
			span.Attributes().PutStr("short", fmt.Sprintf("text %d of request %d", i, n))
			span.Attributes().PutStr("long", strings.Repeat(fmt.Sprintf("text %d of request %d, ", i, n), 20))
			if n%2 == 1 {
				span.Attributes().PutEmptyMap("map").PutInt("", int64(i))
			}
		}
		_, err := ptraceotlp.NewGRPCClient(conn).Export(t.Context(), ptraceotlp.NewExportRequestFromTraces(td))
		require.NoError(t, err)
		sent = append(sent, td)
	}
	require.Len(t, kept, len(sent))
	encoder := &ptrace.ProtoMarshaler{}
	for n := range sent {
		want, err := encoder.MarshalTraces(sent[n])
		require.NoError(t, err)
		got, err := encoder.MarshalTraces(kept[n])
		require.NoError(t, err)
		require.Equal(t, want, got, "request %d", n)
	}
}
