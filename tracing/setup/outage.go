package setup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// outage is how long an export of spans or log records is repeated while the collector is
// down. The exporters alone give up after 10 s over gRPC, and at the first refused
// connection over HTTP. What ends meanwhile waits in the queue.
const outage = 5 * time.Minute

// Time between attempts to connect, and between attempts to export.
const (
	firstRetry = time.Second
	maxRetry   = 5 * time.Second
)

// reconnect limits the time between attempts to connect. The default of gRPC increases up
// to two minutes, in which a collector that is back gets nothing.
func reconnect() grpc.DialOption {
	b := backoff.DefaultConfig
	b.BaseDelay, b.MaxDelay = firstRetry, maxRetry
	return grpc.WithConnectParams(grpc.ConnectParams{Backoff: b, MinConnectTimeout: maxRetry})
}

// exportTimeout is the timeout of a processor for one export with its repetitions, unless
// the variable sets it.
func exportTimeout(variable string) (d time.Duration, ok bool) {
	return outage, os.Getenv(variable) == ""
}

// repeatedSpans is a span exporter that repeats exports until they succeed.
type repeatedSpans struct {
	sdktrace.SpanExporter
	stopped context.Context
}

func (e repeatedSpans) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	return repeat(ctx, e.stopped, func(ctx context.Context) error { return e.SpanExporter.ExportSpans(ctx, spans) })
}

// repeatedLogs is a log exporter that repeats exports until they succeed.
type repeatedLogs struct {
	sdklog.Exporter
	stopped context.Context
}

func (e repeatedLogs) Export(ctx context.Context, records []sdklog.Record) error {
	return repeat(ctx, e.stopped, func(ctx context.Context) error { return e.Exporter.Export(ctx, records) })
}

// repeat calls export until it succeeds, fails for a reason that does not pass, or a
// context ends. The first error is reported when it occurs, so that a wrong endpoint is
// known soon.
func repeat(ctx, stopped context.Context, export func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(stopped, cancel)()
	began := time.Now()
	reported := false
	for wait := firstRetry; ; wait = min(2*wait, maxRetry) {
		err := export(ctx)
		if err == nil || ctx.Err() != nil || !passing(err) || time.Since(began) > outage {
			return err
		}
		if !reported {
			reported = true
			otel.Handle(fmt.Errorf("export, repeated for up to %s: %w", outage, err))
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// passing reports whether the collector may accept the same export later. Answers over
// HTTP with a status that permits it are repeated by the exporter.
func passing(err error) bool {
	if _, unreachable := errors.AsType[*url.Error](err); unreachable {
		return true
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Aborted:
		return true
	}
	return false
}
