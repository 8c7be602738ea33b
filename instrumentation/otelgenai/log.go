package otelgenai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// log emits the one log record of a call. It has no content of prompts or
// answers: what was called, how it went, what it used, who it was for.
func (t *telemetry) log(c *call, duration time.Duration) {
	severity := log.SeverityInfo
	if c.errorType != "" {
		severity = log.SeverityWarn
	}
	enabled := t.logger.Enabled(c.recordCtx, log.EnabledParameters{Severity: severity})
	if !enabled && t.slog == nil {
		return
	}
	a := newAttributes()
	defer a.release()
	a.add(semconv.OperationName.String(c.api.Operation))
	a.add(semconv.ProviderName.String(c.provider.Name))
	a.text(semconv.RequestModel, c.req.Model)
	a.text(semconv.ResponseModel, c.resp.Model)
	a.text(semconv.ResponseID, c.resp.ID)
	a.add(semconv.ServerAddress.String(c.host))
	a.add(semconv.CallDuration.Float64(duration.Seconds()))
	a.roundTrip(c)
	a.text(semconv.ErrorType, c.errorType)
	if c.api.Operation != semconv.OperationFetchResponse {
		a.usage(c)
	}
	a.list = append(a.list, c.attrs...)
	if enabled {
		var r log.Record
		r.SetTimestamp(c.ended)
		r.SetSeverity(severity)
		r.SetSeverityText(severity.String())
		r.SetBody(attribute.StringValue(c.destination().name))
		r.AddAttributes(a.list...)
		t.logger.Emit(c.recordCtx, r)
	}
	if t.slog != nil {
		toSlog(c.recordCtx, t.slog, c, a.list)
	}
}

// toSlog writes the same record with log/slog.
func toSlog(ctx context.Context, l *slog.Logger, c *call, attrs []attribute.KeyValue) {
	level := slog.LevelInfo
	if c.errorType != "" {
		level = slog.LevelWarn
	}
	if !l.Enabled(ctx, level) {
		return
	}
	out := make([]slog.Attr, len(attrs))
	for i, kv := range attrs {
		out[i] = slog.Any(string(kv.Key), kv.Value.AsInterface())
	}
	l.LogAttrs(ctx, level, c.destination().name, out...)
}

// exception emits the event gen_ai.client.operation.exception of a call that
// failed: what went wrong, and the attributes of its span. exception.type is
// the Go type of the error that the caller got, or error.type where the vendor
// answered with a failure.
func (t *telemetry) exception(c *call) {
	if c.errorType == "" || !t.logger.Enabled(c.recordCtx, log.EnabledParameters{Severity: log.SeverityWarn, EventName: exceptionEvent}) {
		return
	}
	var a attributes
	a.add(semconv.ExceptionType.String(c.exceptionType()))
	a.add(semconv.ExceptionMessage.String(c.exceptionMessage()))
	a.call(c)
	var r log.Record
	r.SetEventName(exceptionEvent)
	r.SetTimestamp(c.ended)
	r.SetSeverity(log.SeverityWarn)
	r.SetSeverityText(log.SeverityWarn.String())
	r.AddAttributes(a.list...)
	t.logger.Emit(c.recordCtx, r)
}

const exceptionEvent = "gen_ai.client.operation.exception"

func (c *call) exceptionType() string {
	if c.err != nil {
		return fmt.Sprintf("%T", c.err)
	}
	return c.errorType
}

// exceptionMessage is made of what is known to hold no secret. The text of an
// error may hold a URL with a key in it, a vendor's message the prompt.
func (c *call) exceptionMessage() string {
	var rejected *AttributionError
	switch {
	case errors.As(c.err, &rejected):
		return rejected.Error()
	case c.rejected != nil:
		return "refused: " + c.errorType
	case c.err != nil && c.status == 0:
		return "no answer: " + c.errorType
	case c.err != nil:
		return "answer cut short: " + c.errorType
	case c.status < 400:
		return "failure in the answer: " + c.errorType
	}
	status := strconv.Itoa(c.status)
	message := "HTTP " + status
	if text := http.StatusText(c.status); text != "" {
		message += " " + text
	}
	if c.errorType != status {
		message += ": " + c.errorType
	}
	return message
}

// content puts messages on a span, as JSON.
func (a *attributes) content(c *content) {
	a.json(semconv.SystemInstructions, c.System, len(c.System))
	a.json(semconv.InputMessages, c.Input, len(c.Input))
	a.json(semconv.OutputMessages, c.Output, len(c.Output))
	a.json(semconv.ToolDefinitions, c.Tools, len(c.Tools))
	a.yes(semconv.ContentTruncated, c.cut)
}

func (a *attributes) json(k attribute.Key, v any, n int) {
	if n == 0 {
		return
	}
	if raw, err := json.Marshal(v); err == nil {
		a.add(k.String(string(raw)))
	}
}

// details emits the event gen_ai.client.inference.operation.details: every
// attribute of the span, and the messages in their structure.
func (t *telemetry) details(c *call, said *content) {
	if said == nil || !c.t.cfg.content.mode.onEvent() || !t.logger.Enabled(c.recordCtx, log.EnabledParameters{Severity: log.SeverityDebug}) {
		return
	}
	var r log.Record
	r.SetEventName(semconv.EventInferenceDetails)
	r.SetTimestamp(c.ended)
	r.SetSeverity(log.SeverityDebug)
	var a attributes
	a.call(c)
	a.structured(semconv.SystemInstructions, partValues(said.System))
	a.structured(semconv.InputMessages, messageValues(said.Input))
	a.structured(semconv.OutputMessages, messageValues(said.Output))
	var tools []attribute.Value
	for _, tool := range said.Tools {
		tools = append(tools, attribute.MapValue(attribute.String("type", tool.Type), attribute.String("name", tool.Name)))
	}
	a.structured(semconv.ToolDefinitions, tools)
	a.yes(semconv.ContentTruncated, said.cut)
	r.AddAttributes(a.list...)
	t.logger.Emit(c.recordCtx, r)
}

func (a *attributes) structured(k attribute.Key, v []attribute.Value) {
	if len(v) > 0 {
		a.add(k.Slice(v...))
	}
}

func messageValues(in []genai.Message) []attribute.Value {
	var out []attribute.Value
	for _, m := range in {
		a := attributes{}
		a.text("role", m.Role)
		a.text("name", m.Name)
		a.structured("parts", partValues(m.Parts))
		out = append(out, attribute.MapValue(a.list...))
	}
	return out
}

func partValues(in []genai.Part) []attribute.Value {
	var out []attribute.Value
	for _, p := range in {
		a := attributes{}
		a.text("type", p.Type)
		a.text("content", p.Content)
		a.text("id", p.ID)
		a.text("name", p.Name)
		a.any("arguments", p.Arguments)
		a.any("response", p.Response)
		a.text("modality", p.Modality)
		a.text("mime_type", p.MIMEType)
		a.text("uri", p.URI)
		a.text("file_id", p.FileID)
		out = append(out, attribute.MapValue(a.list...))
	}
	return out
}

func (a *attributes) any(k attribute.Key, v any) {
	if v != nil {
		a.add(attribute.KeyValue{Key: k, Value: anyValue(v)})
	}
}

// anyValue is a decoded JSON value as an attribute value.
func anyValue(v any) attribute.Value {
	switch v := v.(type) {
	case string:
		return attribute.StringValue(v)
	case bool:
		return attribute.BoolValue(v)
	case float64:
		return attribute.Float64Value(v)
	case []any:
		out := make([]attribute.Value, len(v))
		for i, e := range v {
			out[i] = anyValue(e)
		}
		return attribute.SliceValue(out...)
	case map[string]any:
		var out []attribute.KeyValue
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, attribute.KeyValue{Key: attribute.Key(k), Value: anyValue(v[k])})
		}
		return attribute.MapValue(out...)
	default:
		return attribute.Value{}
	}
}
