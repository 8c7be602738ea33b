package durability_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// hostile sends what no honest sender does, in turn, without end. What happens to it
// is of no interest here: the honest senders' calls are.
type hostile struct {
	stop context.CancelFunc
	done sync.WaitGroup
}

func startHostile(t *testing.T, address, web string, seed uint64) *hostile {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(64<<20)))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	h := &hostile{stop: cancel}
	random := rand.New(rand.NewPCG(seed, 99))
	h.done.Go(func() {
		client := ptraceotlp.NewGRPCClient(conn)
		for ctx.Err() == nil {
			for name, spoil := range badSpans {
				attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
				_, _ = client.Export(attempt, ptraceotlp.NewExportRequestFromTraces(badSpan(name, spoil, random)))
				cancel()
				pauseFor(ctx, 50*time.Millisecond)
			}
		}
	})
	h.done.Go(func() {
		for ctx.Err() == nil {
			for _, body := range badBodies {
				post(ctx, web, body)
				pauseFor(ctx, 200*time.Millisecond)
			}
			halfAHeader(ctx, web)
		}
	})
	t.Cleanup(func() {
		h.finish()
		_ = conn.Close()
	})
	return h
}

func (h *hostile) finish() {
	h.stop()
	h.done.Wait()
}

func pauseFor(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// badSpans are calls that are well-formed and absurd; those of oddSpans with them.
var badSpans = func() map[string]func(ptrace.Span) {
	all := map[string]func(ptrace.Span){
		"100,000 attributes": func(s ptrace.Span) {
			for i := range 100_000 {
				s.Attributes().PutStr(fmt.Sprintf("spanledger.tag.%d", i), "x")
			}
		},
		"a count of minus one billion": func(s ptrace.Span) { s.Attributes().PutInt(string(semconv.UsageInputTokens), -1_000_000_000) },
		"the smallest count":           func(s ptrace.Span) { s.Attributes().PutInt(string(semconv.UsageInputTokens), math.MinInt64) },
		"a count that is text":         func(s ptrace.Span) { s.Attributes().PutStr(string(semconv.UsageInputTokens), "1e400") },
		"an infinite count":            func(s ptrace.Span) { s.Attributes().PutDouble(string(semconv.UsageOutputTokens), math.Inf(1)) },
		"a user of a mebibyte":         func(s ptrace.Span) { s.Attributes().PutStr(string(semconv.UserID), strings.Repeat("u", 1<<20)) },
		"statements of SQL":            func(s ptrace.Span) { s.Attributes().PutStr(string(semconv.UserID), "'; DROP TABLE llm_calls; --") },
		"deep values": func(s ptrace.Span) {
			v := s.Attributes().PutEmpty(string(semconv.UserID))
			for range 2000 {
				v = v.SetEmptySlice().AppendEmpty()
			}
		},
		"a name of zeros": func(s ptrace.Span) { s.SetName(strings.Repeat("\x00", 10_000)) },
		"many links": func(s ptrace.Span) {
			for range 20_000 {
				s.Links().AppendEmpty().SetTraceID(s.TraceID())
			}
		},
		"its own parent":     func(s ptrace.Span) { s.SetParentSpanID(s.SpanID()) },
		"a price of its own": func(s ptrace.Span) { s.Attributes().PutStr("spanledger.cost.amount", "1e999") },
	}
	for name, spoil := range oddSpans {
		all[name] = spoil
	}
	return all
}()

func badSpan(name string, spoil func(ptrace.Span), random *rand.Rand) ptrace.Traces {
	td := calls(0xbad, random.Uint32())
	td.ResourceSpans().At(0).Resource().Attributes().PutStr("service.name", "hostile")
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	first := true
	spans.RemoveIf(func(ptrace.Span) bool { drop := !first; first = false; return drop })
	span := spans.At(0)
	span.SetName(name)
	var id pcommon.TraceID
	binary.BigEndian.PutUint64(id[8:], random.Uint64())
	span.SetTraceID(id)
	spoil(span)
	return td
}

// body is a request over HTTP.
type body struct {
	kind, encoding string
	content        func() io.Reader
}

var badBodies = []body{
	{"application/x-protobuf", "", func() io.Reader { return strings.NewReader("\xff\xff\xff no message") }},
	{"application/json", "", func() io.Reader { return strings.NewReader(`{"resourceSpans":[{`) }},
	{"application/json", "", func() io.Reader { return strings.NewReader(strings.Repeat("[", 5_000_000)) }},
	{"application/json", "", func() io.Reader {
		return strings.NewReader(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":` +
			strings.Repeat(`{"arrayValue":{"values":[`, 50_000) + `]}]}]}]}`)
	}},
	{"application/x-protobuf", "", func() io.Reader { return io.LimitReader(zeros{}, 64<<20) }},
	{"application/x-protobuf", "gzip", func() io.Reader {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = io.Copy(w, io.LimitReader(zeros{}, 256<<20))
		_ = w.Close()
		return &packed
	}},
	{"application/x-protobuf", "gzip", func() io.Reader { return strings.NewReader("\x1f\x8b no archive") }},
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func post(ctx context.Context, web string, b body) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+web+"/v1/traces", b.content())
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", b.kind)
	if b.encoding != "" {
		request.Header.Set("Content-Encoding", b.encoding)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

// halfAHeader opens connections that never say what they want; the collector
// closes them.
func halfAHeader(ctx context.Context, web string) {
	for range 20 {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", web)
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "POST /v1/traces HTTP/1.1\r\nHost: x\r\nX-Half: ")
		time.AfterFunc(30*time.Second, func() { _ = conn.Close() })
	}
}
