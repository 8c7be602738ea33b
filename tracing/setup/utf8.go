package setup

import (
	"context"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Protocol buffers reject text that is not UTF-8. With one such string, from a damaged
// answer of a vendor for example, the exporter would drop the whole batch. The types
// below replace invalid text in spans before the exporter and in log records before the
// queue. Valid records, which are almost all, are only read.

// validSpans is a span exporter that replaces invalid text, then exports with another.
type validSpans struct{ sdktrace.SpanExporter }

func (e validSpans) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	for i, s := range spans {
		if !validSpan(s) {
			spans[i] = repairedSpan{s}
		}
	}
	return e.SpanExporter.ExportSpans(ctx, spans)
}

func validSpan(s sdktrace.ReadOnlySpan) bool {
	if !utf8.ValidString(s.Name()) || !utf8.ValidString(s.Status().Description) || !validAttributes(s.Attributes()) {
		return false
	}
	for _, e := range s.Events() {
		if !utf8.ValidString(e.Name) || !validAttributes(e.Attributes) {
			return false
		}
	}
	for _, l := range s.Links() {
		if !validAttributes(l.Attributes) {
			return false
		}
	}
	return true
}

// repairedSpan is a span whose text is UTF-8.
type repairedSpan struct{ sdktrace.ReadOnlySpan }

func (s repairedSpan) Name() string { return repaired(s.ReadOnlySpan.Name()) }

func (s repairedSpan) Status() sdktrace.Status {
	status := s.ReadOnlySpan.Status()
	status.Description = repaired(status.Description)
	return status
}

func (s repairedSpan) Attributes() []attribute.KeyValue {
	return repairedAttributes(s.ReadOnlySpan.Attributes())
}

func (s repairedSpan) Events() []sdktrace.Event {
	events := append([]sdktrace.Event(nil), s.ReadOnlySpan.Events()...)
	for i := range events {
		events[i].Name = repaired(events[i].Name)
		events[i].Attributes = repairedAttributes(events[i].Attributes)
	}
	return events
}

func (s repairedSpan) Links() []sdktrace.Link {
	links := append([]sdktrace.Link(nil), s.ReadOnlySpan.Links()...)
	for i := range links {
		links[i].Attributes = repairedAttributes(links[i].Attributes)
	}
	return links
}

// validLogs is a log processor that replaces invalid text, then calls another.
type validLogs struct{ sdklog.Processor }

func (p validLogs) OnEmit(ctx context.Context, r *sdklog.Record) error {
	if body := r.Body(); !validValue(body) {
		r.SetBody(repairedValue(body))
	}
	sound := true
	attrs := make([]attribute.KeyValue, 0, r.AttributesLen())
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		sound = sound && validAttribute(kv)
		attrs = append(attrs, kv)
		return true
	})
	if !sound {
		r.SetAttributes(repairedAttributes(attrs)...)
	}
	return p.Processor.OnEmit(ctx, r)
}

func validAttributes(attrs []attribute.KeyValue) bool {
	for _, kv := range attrs {
		if !validAttribute(kv) {
			return false
		}
	}
	return true
}

func validAttribute(kv attribute.KeyValue) bool {
	return utf8.ValidString(string(kv.Key)) && validValue(kv.Value)
}

func validValue(v attribute.Value) bool {
	switch v.Type() {
	case attribute.STRING:
		return utf8.ValidString(v.AsString())
	case attribute.STRINGSLICE:
		for _, s := range v.AsStringSlice() {
			if !utf8.ValidString(s) {
				return false
			}
		}
	case attribute.SLICE:
		for _, e := range v.AsSlice() {
			if !validValue(e) {
				return false
			}
		}
	case attribute.MAP:
		return validAttributes(v.AsMap())
	}
	return true
}

func repairedAttributes(attrs []attribute.KeyValue) []attribute.KeyValue {
	sound := make([]attribute.KeyValue, len(attrs))
	for i, kv := range attrs {
		sound[i] = attribute.KeyValue{Key: attribute.Key(repaired(string(kv.Key))), Value: repairedValue(kv.Value)}
	}
	return sound
}

func repairedValue(v attribute.Value) attribute.Value {
	switch v.Type() {
	case attribute.STRING:
		return attribute.StringValue(repaired(v.AsString()))
	case attribute.STRINGSLICE:
		list := v.AsStringSlice()
		for i := range list {
			list[i] = repaired(list[i])
		}
		return attribute.StringSliceValue(list)
	case attribute.SLICE:
		list := v.AsSlice()
		for i := range list {
			list[i] = repairedValue(list[i])
		}
		return attribute.SliceValue(list...)
	case attribute.MAP:
		return attribute.MapValue(repairedAttributes(v.AsMap())...)
	}
	return v
}

func repaired(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
