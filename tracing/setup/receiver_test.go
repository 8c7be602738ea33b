package setup_test

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	collogs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	colmetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// receiver takes OTLP over gRPC or HTTP and keeps what it got.
type receiver struct {
	mu       sync.Mutex
	spans    []string
	metrics  []string
	logs     []string
	text     []string // spans and log records in full
	resource map[string]string
	headers  map[string]string
}

func (r *receiver) takeTraces(req *coltrace.ExportTraceServiceRequest, header func(string) string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.headers = map[string]string{"authorization": header("authorization")}
	for _, rs := range req.ResourceSpans {
		r.takeResource(rs.Resource)
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				r.spans = append(r.spans, s.Name)
				r.text = append(r.text, s.String())
			}
		}
	}
}

func (r *receiver) takeResource(res *resourcepb.Resource) {
	r.resource = make(map[string]string)
	for _, kv := range res.GetAttributes() {
		r.resource[kv.Key] = kv.Value.GetStringValue()
	}
}

func (r *receiver) takeMetrics(req *colmetrics.ExportMetricsServiceRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rm := range req.ResourceMetrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				r.metrics = append(r.metrics, m.Name)
			}
		}
	}
}

func (r *receiver) takeLogs(req *collogs.ExportLogsServiceRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rl := range req.ResourceLogs {
		for _, sl := range rl.ScopeLogs {
			for _, l := range sl.LogRecords {
				r.logs = append(r.logs, l.Body.GetStringValue())
				r.text = append(r.text, l.String())
			}
		}
	}
}

// grpcReceiver serves OTLP over gRPC and returns its URL.
func grpcReceiver(t *testing.T) (*receiver, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r, _ := serveGRPC(t, listener)
	return r, "http://" + listener.Addr().String()
}

// serveGRPC serves OTLP over gRPC on a listener.
func serveGRPC(t *testing.T, listener net.Listener) (*receiver, *grpc.Server) {
	r := &receiver{}
	server := grpc.NewServer()
	coltrace.RegisterTraceServiceServer(server, traceService{r: r})
	colmetrics.RegisterMetricsServiceServer(server, metricsService{r: r})
	collogs.RegisterLogsServiceServer(server, logsService{r: r})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return r, server
}

type traceService struct {
	coltrace.UnimplementedTraceServiceServer
	r *receiver
}

func (s traceService) Export(ctx context.Context, req *coltrace.ExportTraceServiceRequest) (*coltrace.ExportTraceServiceResponse, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	s.r.takeTraces(req, func(key string) string {
		if v := md.Get(key); len(v) > 0 {
			return v[0]
		}
		return ""
	})
	return &coltrace.ExportTraceServiceResponse{}, nil
}

type metricsService struct {
	colmetrics.UnimplementedMetricsServiceServer
	r *receiver
}

func (s metricsService) Export(_ context.Context, req *colmetrics.ExportMetricsServiceRequest) (*colmetrics.ExportMetricsServiceResponse, error) {
	s.r.takeMetrics(req)
	return &colmetrics.ExportMetricsServiceResponse{}, nil
}

type logsService struct {
	collogs.UnimplementedLogsServiceServer
	r *receiver
}

func (s logsService) Export(_ context.Context, req *collogs.ExportLogsServiceRequest) (*collogs.ExportLogsServiceResponse, error) {
	s.r.takeLogs(req)
	return &collogs.ExportLogsServiceResponse{}, nil
}

// httpReceiver serves OTLP over HTTP below a path prefix and returns its URL.
func httpReceiver(t *testing.T, prefix string) (*receiver, string) {
	t.Helper()
	r := &receiver{}
	server := httptest.NewServer(r.handler(t, prefix))
	t.Cleanup(server.Close)
	return r, server.URL + prefix
}

// handler serves OTLP over HTTP below a path prefix.
func (r *receiver) handler(t *testing.T, prefix string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+prefix+"/v1/traces", func(w http.ResponseWriter, req *http.Request) {
		var msg coltrace.ExportTraceServiceRequest
		if decode(t, req, &msg) {
			r.takeTraces(&msg, req.Header.Get)
		}
	})
	mux.HandleFunc("POST "+prefix+"/v1/metrics", func(w http.ResponseWriter, req *http.Request) {
		var msg colmetrics.ExportMetricsServiceRequest
		if decode(t, req, &msg) {
			r.takeMetrics(&msg)
		}
	})
	mux.HandleFunc("POST "+prefix+"/v1/logs", func(w http.ResponseWriter, req *http.Request) {
		var msg collogs.ExportLogsServiceRequest
		if decode(t, req, &msg) {
			r.takeLogs(&msg)
		}
	})
	return mux
}

func decode(t *testing.T, req *http.Request, msg proto.Message) bool {
	body := io.Reader(req.Body)
	if req.Header.Get("Content-Encoding") == "gzip" {
		zr, err := gzip.NewReader(req.Body)
		if err != nil {
			t.Errorf("gzip: %v", err)
			return false
		}
		body = zr
	}
	raw, err := io.ReadAll(body)
	if err == nil {
		err = proto.Unmarshal(raw, msg)
	}
	if err != nil {
		t.Errorf("decode %s: %v", req.URL.Path, err)
	}
	return err == nil
}
