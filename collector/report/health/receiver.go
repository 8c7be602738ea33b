package health

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing"
)

// checkName is the application, user and department of the test span, and the
// name of its service: it is found and left out by it.
const checkName = ledger.CheckApplication

// protocolVariable chooses between gRPC and HTTP as it does in applications;
// headers and certificates come from the exporters' own variables.
const protocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL"

// maxSkew is how far clocks may be apart before a call near midnight lands on
// the wrong day's bill.
const maxSkew = 5 * time.Second

// testSpan is a span that a receiver has taken; its zero value is none.
type testSpan struct {
	id   ledger.TraceID
	sent time.Time
}

// examineReceiver sends a step: the ledger keeps it as part of a trace, it is
// no call, and no metric counts it.
func examineReceiver(ctx context.Context, url string) (testSpan, Finding) {
	if url == "" {
		return testSpan{}, skipped("receiver", "--otlp")
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	exporter, err := newExporter(ctx, url)
	if err != nil {
		return testSpan{}, Finding{"receiver", Failed, fmt.Sprintf("%s: %v", url, err), "use a URL in --otlp, such as http://127.0.0.1:4317"}
	}
	sending := &outcome{SpanExporter: exporter}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(sending), sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", checkName))))
	defer func() { _ = provider.Shutdown(context.WithoutCancel(ctx)) }()
	// A root of its own, whatever trace the caller is in.
	ctx = trace.ContextWithSpanContext(ctx, trace.SpanContext{})
	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: checkName, Department: checkName, Application: checkName})
	span := testSpan{sent: time.Now()}
	_, step := tracing.StartStep(ctx, "spanledger check", tracing.WithTracerProvider(provider))
	span.id = ledger.TraceID(step.SpanContext().TraceID())
	step.End(nil)
	if sending.err != nil {
		return testSpan{}, Finding{"receiver", Failed, url + ": " + status.Convert(withStatus(sending.err)).Message(), receiverHint(url, sending.err)}
	}
	return span, Finding{Check: "receiver", Grade: OK, Says: url + " took a test span"}
}

func newExporter(ctx context.Context, url string) (*otlptrace.Exporter, error) {
	switch protocol := cmp.Or(os.Getenv(protocolVariable), usualProtocol(url)); protocol {
	case "grpc":
		return otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(url), otlptracegrpc.WithTimeout(limit),
			otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig{Enabled: false}))
	case "http/protobuf":
		return otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(url, "/")+"/v1/traces"), otlptracehttp.WithTimeout(limit),
			otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false}))
	default:
		return nil, fmt.Errorf("%s=%s: expected grpc or http/protobuf", protocolVariable, protocol)
	}
}

// usualProtocol returns what applications wired by tracing/setup speak with the port.
func usualProtocol(address string) string {
	if u, err := url.Parse(address); err == nil && u.Port() == "4318" {
		return "http/protobuf"
	}
	return "grpc"
}

// outcome keeps the error, which the SDK would only log.
type outcome struct {
	sdktrace.SpanExporter
	err error
}

func (o *outcome) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	o.err = o.SpanExporter.ExportSpans(ctx, spans)
	return nil
}

const ports = "gRPC uses port 4317, HTTP 4318 (" + protocolVariable + " chooses the protocol)"

func receiverHint(url string, err error) string {
	if hint := knownHint(url, err.Error()); hint != "" {
		return hint
	}
	switch status.Code(withStatus(err)) {
	case codes.Unauthenticated, codes.PermissionDenied:
		return tokenHint
	case codes.ResourceExhausted:
		return "the queue or the memory of the collector is full: see docs/runbooks/ledger-lag.md"
	case codes.Unavailable, codes.DeadlineExceeded:
		return "check that the collector runs, and listens at this address (SPANLEDGER_LISTEN, --listen); " + ports
	default:
		return "check that --otlp is the address of the collector; " + ports
	}
}

const tokenHint = "set the token in OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20..."

// knownHint is the hint for errors that are known by their text: of TLS, and statuses of
// HTTP; "" for other errors.
func knownHint(url, says string) string {
	for _, known := range []struct{ text, hint string }{
		{"401 Unauthorized", tokenHint},
		{"403 Forbidden", tokenHint},
		{"certificate required", "the receiver requires a client certificate: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"},
		{"unknown certificate authority", "the receiver does not trust the client's certificate: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE to one that an authority in its client_ca_file signed"},
		{"bad certificate", "the receiver does not accept the client's certificate: set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE to one that an authority in its client_ca_file signed"},
		{"x509: certificate signed by unknown authority", "set OTEL_EXPORTER_OTLP_CERTIFICATE to the certificate (PEM) of the receiver's authority"},
		{"x509: certificate is valid for", "use a name or address that is in the receiver's certificate"},
		{"x509: certificate has expired", "renew the receiver's certificate; the receiver reads the new file without a restart (reload_interval)"},
		{"first record does not look like a TLS handshake", "the receiver has no TLS: use an http:// address in --otlp, or set up TLS with deploy/security/otlp-tls.yaml"},
		{"server gave HTTP response to HTTPS client", "the receiver has no TLS: use an http:// address in --otlp, or set up TLS with deploy/security/otlp-tls.yaml"},
		{"Client sent an HTTP request to an HTTPS server", "the receiver uses TLS: use an https:// address in --otlp"},
	} {
		if strings.Contains(says, known.text) {
			return known.hint
		}
	}
	// A receiver that rejects a client during the handshake may close the connection
	// before its answer arrives.
	for _, hungUp := range []string{"error reading server preface", "broken pipe", "connection reset by peer", "closed network connection", "http2: client conn", "GOAWAY", "EOF"} {
		switch {
		case !strings.Contains(says, hungUp):
		case strings.HasPrefix(url, "https:"):
			return "the receiver closed the connection: it may require a client certificate (OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_KEY), or be another program; " + ports
		default:
			return "the receiver closed the connection: it may use TLS (use an https:// address in --otlp), or be another program; " + ports
		}
	}
	return ""
}

// withStatus returns the error in the chain that has a gRPC code, or err.
func withStatus(err error) error {
	var coded interface {
		error
		GRPCStatus() *status.Status
	}
	if errors.As(err, &coded) {
		return coded
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return status.Error(codes.DeadlineExceeded, err.Error())
	}
	return err
}

// examineWay waits until the test span is in the ledger, and compares the collector's
// clock with this machine's. At url is the receiver, "" = none.
func examineWay(ctx context.Context, reader ledger.Reader, url string, span testSpan, patience time.Duration) Findings {
	if url == "" {
		return Findings{{"way to the ledger", Skipped, "not checked: no test span was sent", "name the receiver with --otlp, or use --end-to-end"}}
	}
	if span.sent.IsZero() {
		return Findings{{"way to the ledger", Skipped, "not checked: the receiver did not accept the test span", ""}}
	}
	if reader == nil {
		return Findings{{"way to the ledger", Skipped, "the store cannot be read", ""}}
	}
	var row *ledger.AgentSpan
	var last error
	if !every(ctx, patience, func(ctx context.Context) bool {
		found, err := reader.Trace(ctx, span.id)
		if err != nil {
			last = err
			return false
		}
		for i := range found.Spans {
			row = &found.Spans[i]
		}
		return row != nil
	}) {
		says := fmt.Sprintf("the receiver accepted the test span, but it is not in the ledger after %s", patience)
		if last != nil && !errors.Is(last, ledger.ErrNotFound) && !errors.Is(last, context.DeadlineExceeded) {
			says += ": " + last.Error()
		}
		return Findings{{"way to the ledger", Failed, says,
			"check that the collector writes to the store that is read here, and look for cost_ledger in its log (docs/runbooks/ledger-lag.md)"}}
	}
	return Findings{
		{Check: "way to the ledger", Grade: OK, Says: "the test span is in the ledger"},
		examineClock(span.sent, row.Received, time.Now()),
	}
}

// examineClock compares the clock of the collector with this machine's: it
// stamped the span between sent and now.
func examineClock(sent, received, now time.Time) Finding {
	var skew time.Duration
	switch {
	case received.Before(sent):
		skew = received.Sub(sent)
	case received.After(now):
		skew = received.Sub(now)
	}
	f := Finding{Check: "clock", Grade: OK, Says: "the collector's clock agrees with this machine's"}
	if skew.Abs() > maxSkew {
		f.Grade = Failed
		direction := "ahead of"
		if skew < 0 {
			direction = "behind"
		}
		f.Says = fmt.Sprintf("the collector's clock is %s %s this machine's", skew.Abs().Round(time.Second), direction)
		f.Hint = "synchronize both clocks (chrony, systemd-timesyncd): the price and the day of a call depend on its time"
	}
	return f
}
