package otelmcp

import (
	"errors"
	"maps"
	"reflect"

	"github.com/spanledger/spanledger/tracing"
)

// This file reads the SDK's types through the names of their exported fields, which
// are those of the protocol. If a field is missing, an attribute or the link between
// the two sides is missing, but the call works.

// describe returns the description of a message.
func describe[P params, S session](method string, req request[P, S]) tracing.MCPMessage {
	m := tracing.MCPMessage{Method: method}
	if s := req.GetSession(); !isNil(s) {
		m.SessionID = s.ID()
	}
	if v, ok := req.(interface{ ProtocolVersion() string }); ok {
		m.ProtocolVersion = v.ProtocolVersion()
	}
	p := req.GetParams()
	if isNil(p) {
		return m
	}
	switch method {
	case "tools/call":
		m.Tool = text(p, "Name")
	case "prompts/get":
		m.Prompt = text(p, "Name")
	case "resources/read", "resources/subscribe", "resources/unsubscribe", "notifications/resources/updated":
		m.ResourceURI = text(p, "URI")
	}
	return m
}

// attach adds entries to the _meta of a request. It changes a copy of the params,
// because the caller may use them again.
func attach[P params, S session](req request[P, S], p P, entries map[string]any) {
	if len(entries) == 0 || isNil(p) {
		return
	}
	original := reflect.ValueOf(p)
	if original.Kind() != reflect.Pointer || original.Elem().Kind() != reflect.Struct {
		return
	}
	target := field(req, "Params")
	if !target.IsValid() || !target.CanSet() {
		return
	}
	duplicate := reflect.New(original.Elem().Type())
	duplicate.Elem().Set(original.Elem())
	fresh, ok := duplicate.Interface().(P)
	if !ok || !duplicate.Type().AssignableTo(target.Type()) {
		return
	}
	meta := maps.Clone(p.GetMeta())
	if meta == nil {
		meta = make(map[string]any, len(entries))
	}
	maps.Copy(meta, entries)
	fresh.SetMeta(meta)
	target.Set(duplicate)
}

func outcome(result any, err error) tracing.MCPOutcome {
	o := tracing.MCPOutcome{Err: err}
	if err != nil {
		o.ErrorCode = errorCode(err)
		return o
	}
	if f := field(result, "IsError"); f.Kind() == reflect.Bool {
		o.ToolError = f.Bool()
	}
	return o
}

// errorCode finds the JSON-RPC error in a chain: a struct of Code and Message.
func errorCode(err error) int64 {
	for ; err != nil; err = errors.Unwrap(err) {
		code, message := field(err, "Code"), field(err, "Message")
		if code.CanInt() && message.Kind() == reflect.String {
			return code.Int()
		}
	}
	return 0
}

func text(p any, name string) string {
	if f := field(p, name); f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}

// field returns a field of the struct that v is or points to, or an invalid value.
func field(v any, name string) reflect.Value {
	value := reflect.Indirect(reflect.ValueOf(v))
	if value.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	f, ok := value.Type().FieldByName(name)
	if !ok {
		return reflect.Value{}
	}
	found, err := value.FieldByIndexErr(f.Index)
	if err != nil { // in an embedded struct that is nil
		return reflect.Value{}
	}
	return found
}

func isNil(v any) bool {
	value := reflect.ValueOf(v)
	switch value.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Slice, reflect.Func:
		return value.IsNil()
	}
	return false
}
