package guardedotlpreceiver_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver"
)

// field is a length-delimited field of a message.
func field(number int, payload []byte) []byte {
	data := binary.AppendUvarint(nil, uint64(number<<3|2))
	data = binary.AppendUvarint(data, uint64(len(payload)))
	return append(data, payload...)
}

// request has two spans: one whose attribute nests lists that deep, and one with
// a text. It is built backwards, from the inside out.
func request(levels int) []byte {
	// Each level is AnyValue{array_value: ArrayValue{values: AnyValue}}.
	length := 0
	var reversed []byte
	push := func(b []byte) {
		for i := len(b) - 1; i >= 0; i-- {
			reversed = append(reversed, b[i])
		}
		length += len(b)
	}
	for range levels {
		push(binary.AppendUvarint([]byte{1<<3 | 2}, uint64(length)))
		push(binary.AppendUvarint([]byte{5<<3 | 2}, uint64(length)))
	}
	value := make([]byte, len(reversed))
	for i := range reversed {
		value[len(reversed)-1-i] = reversed[i]
	}
	attribute := field(9, append(field(1, []byte("user.id")), field(2, value)...))
	deep := field(2, append(field(5, []byte("deep")), attribute...))
	plain := field(2, field(5, []byte("plain "+strings.Repeat("text \n\n\n", 200))))
	return field(1, field(2, append(deep, plain...)))
}

func jsonRequest(levels int) []byte {
	return []byte(fmt.Sprintf(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"deep","attributes":[{"key":"user.id","value":%s{}%s}]},{"name":"plain \"[[[\""}]}]}]}`,
		strings.Repeat(`{"arrayValue":{"values":[`, levels), strings.Repeat(`]}}`, levels)))
}

type raw struct{}

func (raw) Name() string { return "proto" }
func (raw) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}
func (raw) Unmarshal(mem.BufferSlice, any) error { return nil }

func receive(t *testing.T) (*consumertest.TracesSink, string, string) {
	t.Helper()
	sink := new(consumertest.TracesSink)
	grpcAddress, httpAddress := receiveInto(t, sink)
	return sink, grpcAddress, httpAddress
}

func receiveInto(t *testing.T, next consumer.Traces) (grpcAddress, httpAddress string) {
	t.Helper()
	factory := guardedotlpreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig().(*guardedotlpreceiver.Config)
	cfg.OTLP.Protocols.GRPC.GetOrInsertDefault().NetAddr.Endpoint = parts.Loopback(t) + ":4317"
	cfg.OTLP.Protocols.GRPC.Get().MaxRecvMsgSizeMiB = 64
	cfg.OTLP.Protocols.HTTP.GetOrInsertDefault().ServerConfig.NetAddr.Endpoint = parts.Loopback(t) + ":4318"
	r, err := factory.CreateTraces(t.Context(), receivertest.NewNopSettings(factory.Type()), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, r.Shutdown(context.Background())) })
	assert.Equal(t, 10*time.Second, cfg.OTLP.Protocols.HTTP.Get().ServerConfig.ReadHeaderTimeout)
	return cfg.OTLP.Protocols.GRPC.Get().NetAddr.Endpoint, cfg.OTLP.Protocols.HTTP.Get().ServerConfig.NetAddr.Endpoint
}

// depthOf is how deep lists nest in the first span's attribute.
func depthOf(td ptrace.Traces) (depth int) {
	v, _ := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().Get("user.id")
	for v.Type() == pcommon.ValueTypeSlice && v.Slice().Len() > 0 {
		v = v.Slice().At(0)
		depth++
	}
	return depth
}

// TestReceiver_EmptiesWhatNestsTooDeep sends a million levels by every door: the
// decoder's stack would end the process.
func TestReceiver_EmptiesWhatNestsTooDeep(t *testing.T) {
	sink, grpcAddress, httpAddress := receive(t)
	conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	doors := map[string]func(levels int) error{
		"gRPC": func(levels int) error {
			return conn.Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", request(levels), nil,
				grpc.ForceCodecV2(raw{}), grpc.MaxCallSendMsgSize(1<<30))
		},
		"HTTP": func(levels int) error { return post(httpAddress, "application/x-protobuf", request(levels)) },
		"JSON": func(levels int) error {
			return post(httpAddress, "application/json; charset=utf-8", jsonRequest(levels))
		},
	}
	for name, send := range doors {
		most := 400_000
		if name == "JSON" {
			most = 140_000 // as many as its limit lets through
		}
		for _, levels := range []int{0, 1, 40, 1000, most} {
			t.Run(fmt.Sprintf("%s, %d levels", name, levels), func(t *testing.T) {
				sink.Reset()
				require.NoError(t, send(levels))
				require.Len(t, sink.AllTraces(), 1)
				td := sink.AllTraces()[0]
				require.Equal(t, 2, td.SpanCount(), "the calls stay")
				spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
				assert.Equal(t, "deep", spans.At(0).Name())
				assert.Contains(t, spans.At(1).Name(), "plain ")
				if levels <= 40 {
					assert.Equal(t, levels, depthOf(td), "what is within the limit is whole")
				} else {
					assert.Greater(t, depthOf(td), 60)
					assert.Less(t, depthOf(td), 200)
				}
			})
		}
	}
}

func post(address, kind string, body []byte) error {
	response, err := http.Post("http://"+address+"/v1/traces", kind, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", response.Status)
	}
	return nil
}

// TestReceiver_LeavesOrdinaryRequestsAlone compares what arrives with what was
// sent.
func TestReceiver_LeavesOrdinaryRequestsAlone(t *testing.T) {
	sink, _, httpAddress := receive(t)
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for n := range 50 {
		span := spans.AppendEmpty()
		span.SetName(strings.Repeat("\n\x0a\x12\x7a", n*40))
		span.Attributes().PutStr("document", strings.Repeat("ž\n", n*100))
		span.Attributes().PutEmptyBytes("bytes").FromRaw(bytes.Repeat([]byte{0x0a, 0x80, 0x08}, n*50))
	}
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	require.NoError(t, err)
	require.NoError(t, post(httpAddress, "application/x-protobuf", body))
	require.Len(t, sink.AllTraces(), 1)
	got, err := ptraceotlp.NewExportRequestFromTraces(sink.AllTraces()[0]).MarshalProto()
	require.NoError(t, err)
	assert.True(t, bytes.Equal(body, got))
}

func TestReceiver_RefusesABodyBeyondTheLimit(t *testing.T) {
	_, _, httpAddress := receive(t)
	assert.Error(t, post(httpAddress, "application/x-protobuf", make([]byte, 21<<20)))
}

func TestConfig_RejectsAnUnknownKey(t *testing.T) {
	for key, protocol := range map[string]string{"http": "protocols::http::auht", "grpc": "auht"} {
		values := map[string]any{"protocols": map[string]any{key: map[string]any{"auht": map[string]any{"authenticator": "oidc"}}}}
		err := confmap.NewFromStringMap(values).Unmarshal(guardedotlpreceiver.NewFactory().CreateDefaultConfig())
		assert.ErrorContains(t, err, protocol)
	}
}
