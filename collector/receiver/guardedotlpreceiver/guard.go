package guardedotlpreceiver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec that is guarded
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/internal/admission"
	"github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver/internal/spanblocks"
)

// guard looks at requests between their decompression and their decoding.
type guard struct {
	component.StartFunc
	component.ShutdownFunc
	cut  metric.Int64Counter
	gate *admission.Gate
}

// places is how many requests of spans are processed at a time: one for each processor, and
// two at least, as one may wait for an exporter without a queue.
func places() int { return max(2, runtime.GOMAXPROCS(0)) }

var (
	_ extensionmiddleware.GRPCServer = (*guard)(nil)
	_ extensionmiddleware.HTTPServer = (*guard)(nil)
)

func newGuard(set component.TelemetrySettings) (*guard, error) {
	cut, err := set.MeterProvider.Meter("github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver").Int64Counter(
		"otelcol_receiver_otlp_values_cut",
		metric.WithDescription("Number of values in requests that were emptied because they nest too deep"), metric.WithUnit("{value}"))
	return &guard{cut: cut, gate: admission.NewGate(places())}, err
}

// GetGRPCServerOptions implements extensionmiddleware.GRPCServer.
func (g *guard) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	return []grpc.ServerOption{
		grpc.ForceServerCodecV2(codec{encoding.GetCodecV2("proto"), g}),
		grpc.UnaryInterceptor(g.admitted), // the outermost: it is called if a request was decoded
	}, nil
}

// isSpans recognizes decoded requests of spans, which are of a private type.
func isSpans(request any) bool {
	kind := reflect.TypeOf(request)
	return kind.Kind() == reflect.Pointer && kind.Elem().Name() == "ExportTraceServiceRequest"
}

// admitted frees the place of a request that was decoded, unless its handler did.
func (g *guard) admitted(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if isSpans(request) {
		ctx = g.gate.Hold(ctx)
		defer admission.Leave(ctx)
		if err := ctx.Err(); err != nil { // the sender has left
			return nil, status.FromContextError(err).Err()
		}
	}
	return handler(ctx, request)
}

// codec guards what another decodes.
type codec struct {
	encoding.CodecV2
	guard *guard
}

// Unmarshal decodes a request. Requests of spans enter the gate first.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if !isSpans(v) {
		return c.decode(data, v)
	}
	_ = c.guard.gate.Enter(context.Background()) // admitted sees if the sender has left
	err := c.decode(data, v)
	if err != nil {
		c.guard.gate.Leave()
	}
	return err
}

func (c codec) decode(data mem.BufferSlice, v any) error {
	var request []byte
	if len(data) == 1 {
		request = data[0].ReadOnlyData()
	} else {
		body := bodies.Get().(*bytes.Buffer)
		defer bodies.Put(body)
		request = joined(body, data)
	}
	if spanblocks.Decode(v, request, limitsOf(request)) {
		return nil
	}
	request, err := c.guard.safe(request)
	if err != nil {
		return err
	}
	return c.CodecV2.Unmarshal(mem.BufferSlice{mem.SliceBuffer(request)}, v)
}

// joined copies the frames of a request into a body. gRPC's pool would first clear a buffer
// of a megabyte or more.
func joined(body *bytes.Buffer, data mem.BufferSlice) []byte {
	body.Reset()
	body.Grow(data.Len())
	for _, frame := range data {
		_, _ = body.Write(frame.ReadOnlyData()) // never fails
	}
	return body.Bytes()
}

func limitsOf(request []byte) spanblocks.Limits {
	limits := spanblocks.Limits{Deep: nestsTooDeep}
	if !always(request) {
		limits.Spend, limits.Record, limits.Left = spend, recordBytes, allowed(request)
	}
	return limits
}

// tracesPath ends the default path of spans. Requests with another one enter no gate.
const tracesPath = "/v1/traces"

// bodies are reused: what is decoded of a body, or handed on, is a copy.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// GetHTTPHandler implements extensionmiddleware.HTTPServer.
func (g *guard) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := bodies.Get().(*bytes.Buffer)
			defer bodies.Put(body)
			body.Reset()
			_, err := body.ReadFrom(r.Body)
			if refused := g.check(r, body.Bytes()); refused != nil && err == nil {
				refused.answer(w)
				return
			}
			r.Body = &readBody{bytes.NewReader(body.Bytes()), err, r.Body}
			if strings.HasSuffix(r.URL.Path, tracesPath) {
				if g.gate.Enter(r.Context()) != nil {
					errLeft.answer(w) // an empty answer would acknowledge the request
					return
				}
				ctx := g.gate.Hold(r.Context())
				defer admission.Leave(ctx)
				r = r.WithContext(ctx)
			}
			next.ServeHTTP(w, r)
		}), nil
	}, nil
}

// check empties what nests too deep in a request, or says why it cannot be decoded.
func (g *guard) check(r *http.Request, body []byte) *refusal {
	cut := 0
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "application/x-protobuf":
		if !enough(body) {
			return errManyRecords
		}
		fields := tooDeep(body)
		hide(body, fields)
		cut = len(fields)
	case "application/json":
		if len(body) > maxJSON {
			return errLargeJSON
		}
		messages := 0
		if cut, messages = cutJSON(body); messages*smallBytes > allowed(body) {
			return errManyRecords
		}
		if !json.Valid(body) {
			return errInvalidJSON
		}
	}
	if cut > 0 {
		g.cut.Add(r.Context(), int64(cut))
	}
	return nil
}

// refusal is an answer as OTLP has it, a google.rpc.Status.
type refusal struct {
	status  int
	Code    codes.Code `json:"code"`
	Message string     `json:"message"`
}

var (
	errLargeJSON   = &refusal{http.StatusRequestEntityTooLarge, codes.InvalidArgument, fmt.Sprintf("the request has more than %d bytes of JSON: send less at a time, or send protobuf", maxJSON)}
	errManyRecords = &refusal{http.StatusRequestEntityTooLarge, codes.InvalidArgument, errTooMany.Error()}
	errInvalidJSON = &refusal{http.StatusBadRequest, codes.InvalidArgument, "the request is not valid JSON"}
	// One that only closed its side of the connection reads this.
	errLeft = &refusal{http.StatusServiceUnavailable, codes.Unavailable, "the request was not processed: its sender closed the connection while it waited"}
)

func (e *refusal) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	_ = json.NewEncoder(w).Encode(e)
}

// readBody is a body that has been read, with the error that ended it.
type readBody struct {
	*bytes.Reader
	err    error
	closer io.Closer
}

func (b *readBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF && b.err != nil {
		err = b.err
	}
	return n, err
}

// WriteTo hides the reader's own, which knows no error.
func (b *readBody) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	if err == nil {
		err = b.err
	}
	return n, err
}

func (b *readBody) Close() error { return b.closer.Close() }
