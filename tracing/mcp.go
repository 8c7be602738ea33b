package tracing

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// MCPMessage describes a request or notification of the Model Context Protocol.
// Empty fields are not recorded.
type MCPMessage struct {
	Method          string // "tools/call"
	Tool            string // of tools/call
	Prompt          string // of prompts/get
	ResourceURI     string // of resources/*
	SessionID       string
	ProtocolVersion string
}

// MCPSpan is the span of one MCP message. Every method of a nil MCPSpan does
// nothing.
type MCPSpan struct {
	span    *Span
	message MCPMessage
	server  bool
	start   time.Time
	outer   bool // the span is that of the surrounding tool, and is not ended here
	ended   atomic.Bool
}

// StartMCPSend starts the span of a message to the other side. A tools/call inside a
// tool of the same name (see [StartTool]) starts no span: its attributes are set on
// the span of the tool.
//
// Source: MCP conventions, client span (CLIENT).
func StartMCPSend(ctx context.Context, m MCPMessage, opts ...MCPOption) (context.Context, *MCPSpan) {
	s := &MCPSpan{message: m, start: time.Now()}
	if tool := scopeFrom(ctx).tool; tool != nil && m.Tool != "" && tool.toolName == m.Tool {
		s.span, s.outer = tool, true
		tool.SetAttributes(m.attributes()...)
		return ctx, s
	}
	ctx, s.span = m.begin(ctx, trace.SpanKindClient, opts)
	return ctx, s
}

// StartMCPReceive starts the span of a message from the other side.
//
// Source: MCP conventions, server span (SERVER).
func StartMCPReceive(ctx context.Context, m MCPMessage, opts ...MCPOption) (context.Context, *MCPSpan) {
	s := &MCPSpan{message: m, start: time.Now(), server: true}
	ctx, s.span = m.begin(ctx, trace.SpanKindServer, opts)
	return ctx, s
}

func (m *MCPMessage) begin(ctx context.Context, kind trace.SpanKind, opts []MCPOption) (context.Context, *Span) {
	name, role := m.Tool, semconv.RoleMCP
	if m.Tool != "" {
		role = semconv.RoleTool
	} else {
		name = m.Prompt
	}
	return newSpan(ctx).begin(ctx, newConfig(opts), node{
		name:  join(text(m.Method), name),
		kind:  kind,
		attrs: append(m.attributes(), semconv.SpanRole.String(role)),
	})
}

func (m *MCPMessage) attributes() []attribute.KeyValue {
	attrs := append(make([]attribute.KeyValue, 0, 8), semconv.MCPMethodName.String(text(m.Method)))
	if m.Tool != "" {
		attrs = append(attrs, semconv.OperationName.String(semconv.OperationExecuteTool), semconv.ToolName.String(text(m.Tool)))
	}
	attrs = appendString(attrs, semconv.PromptName, m.Prompt)
	attrs = appendString(attrs, semconv.MCPResourceURI, m.ResourceURI)
	attrs = appendString(attrs, semconv.MCPSessionID, m.SessionID)
	return appendString(attrs, semconv.MCPProtocolVersion, m.ProtocolVersion)
}

// MCPOutcome is the answer to a message.
type MCPOutcome struct {
	Err       error // the error that the SDK returned
	ErrorCode int64 // the code of a JSON-RPC error, otherwise 0
	ToolError bool  // the tool ran and reported a failure
}

// JSON-RPC error codes of mistakes of the sender, which are no errors of the receiver.
const (
	codeParseError       = -32700
	codeInvalidRequest   = -32600
	codeMethodNotFound   = -32601
	codeInvalidParams    = -32602
	codeResourceNotFound = -32002
)

// errorType returns error.type; empty if this side made no error.
func (o MCPOutcome) errorType(server bool) string {
	switch {
	case o.ErrorCode != 0:
		if server {
			switch o.ErrorCode {
			case codeParseError, codeInvalidRequest, codeMethodNotFound, codeInvalidParams, codeResourceNotFound:
				return ""
			}
		}
		return strconv.FormatInt(o.ErrorCode, 10)
	case o.Err != nil:
		kind, _ := describe(o.Err)
		return kind
	case o.ToolError:
		return "tool_error"
	}
	return ""
}

// End ends the span and records mcp.client.operation.duration or
// mcp.server.operation.duration. Calls after the first do nothing.
func (s *MCPSpan) End(o MCPOutcome) {
	if s == nil || !s.ended.CompareAndSwap(false, true) {
		return
	}
	kind := o.errorType(s.server)
	var code string
	if o.ErrorCode != 0 {
		code = strconv.FormatInt(o.ErrorCode, 10)
		s.span.SetAttributes(semconv.RPCStatusCode.String(code))
	}
	if kind != "" {
		description := "the tool reported an error"
		if o.Err != nil {
			_, description = describe(o.Err)
		}
		s.span.SetAttributes(semconv.ErrorType.String(kind))
		s.span.span.SetStatus(codes.Error, description)
	}
	s.record(kind, code)
	if !s.outer {
		s.span.End(nil)
	}
}

func (s *MCPSpan) record(errorType, code string) {
	t := s.span.scope.telemetry
	if t == nil {
		t = globalTelemetry()
	}
	h := t.instruments.mcpClient
	if s.server {
		h = t.instruments.mcpServer
	}
	if !h.Enabled(s.span.ctx) {
		return
	}
	m := &s.message
	attrs := append(make([]attribute.KeyValue, 0, 7), semconv.MCPMethodName.String(text(m.Method)))
	if m.Tool != "" {
		attrs = append(attrs, semconv.OperationName.String(semconv.OperationExecuteTool), semconv.ToolName.String(text(m.Tool)))
	}
	attrs = appendString(attrs, semconv.PromptName, m.Prompt)
	attrs = appendString(attrs, semconv.MCPProtocolVersion, m.ProtocolVersion)
	attrs = appendString(attrs, semconv.ErrorType, errorType)
	attrs = appendString(attrs, semconv.RPCStatusCode, code)
	h.Record(s.span.ctx, time.Since(s.start).Seconds(), metric.WithAttributeSet(attribute.NewSet(attrs...)))
}
