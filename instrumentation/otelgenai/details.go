package otelgenai

import (
	"encoding/json"
	"maps"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

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
	if said == nil || !c.t.cfg.content.mode.onEvent() || !t.logger.Enabled(c.lasting, log.EnabledParameters{Severity: log.SeverityDebug}) {
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
	t.logger.Emit(c.lasting, r)
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
