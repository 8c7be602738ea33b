package throughput_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
)

// template is an OTLP request, encoded, of which the ids of the spans can be
// changed: making a batch again would take more of the machine than the
// collector that is measured.
type template struct {
	body []byte
	ids  []int // where the ids of the traces begin
}

func newTemplate(b *testing.B, n, size int, start time.Time) template {
	b.Helper()
	return encode(b, batch(n, size, start))
}

// encode makes a template of spans.
func encode(b *testing.B, td ptrace.Traces) template {
	b.Helper()
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	require.NoError(b, err)
	t := template{body: body}
	at := 0
	for _, span := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		id := span.TraceID()
		next := bytes.Index(body[at:], id[:])
		require.GreaterOrEqual(b, next, 0)
		at += next
		t.ids = append(t.ids, at)
		at += len(id)
	}
	return t
}

// fill returns the request with trace ids that no other n has.
func (t *template) fill(n uint64) []byte {
	body := slices.Clone(t.body)
	for _, at := range t.ids {
		binary.BigEndian.PutUint64(body[at:], binary.BigEndian.Uint64(body[at:])+n*0x9e3779b97f4a7c15) // spread over the key
	}
	return body
}

const export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

// offer sends an encoded request.
func offer(ctx context.Context, conn *grpc.ClientConn, body []byte) error {
	var answer []byte
	return conn.Invoke(ctx, export, body, &answer, grpc.ForceCodec(encoded{}))
}

// encoded is the codec of messages that are bytes already.
type encoded struct{}

var _ encoding.Codec = encoded{}

func (encoded) Name() string { return "proto" }

func (encoded) Marshal(v any) ([]byte, error) {
	body, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("%T is not encoded", v)
	}
	return body, nil
}

func (encoded) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = data
	return nil
}
