package genainormalizerprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// maxAncestors of a span are looked at: a sender decides how deep a trace nests.
const maxAncestors = 256

// node is a span of an export, as its ancestors need it.
type node struct {
	parent     pcommon.SpanID
	evaluation bool
}

type place struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
}

// judge gives the calls below a span that judges an output the purpose judge, unless
// they name another than production. Only spans of the same export are seen: tracing
// marks the calls themselves.
func judge(td ptrace.Traces) {
	nodes := map[place]node{}
	each(td, func(span ptrace.Span) {
		nodes[place{span.TraceID(), span.SpanID()}] = node{
			parent:     span.ParentSpanID(),
			evaluation: text(span.Attributes(), string(semconv.SpanRole)) == semconv.RoleEvaluation,
		}
	})
	each(td, func(span ptrace.Span) {
		attrs := span.Attributes()
		purpose := text(attrs, string(semconv.Purpose))
		if text(attrs, string(semconv.Claim)) == "" || purpose != "" && purpose != semconv.PurposeProduction {
			return
		}
		at := span.ParentSpanID()
		for range maxAncestors {
			above, known := nodes[place{span.TraceID(), at}]
			switch {
			case !known:
				return
			case above.evaluation:
				attrs.PutStr(string(semconv.Purpose), semconv.PurposeJudge)
				return
			}
			at = above.parent
		}
	})
}

func each(td ptrace.Traces, visit func(ptrace.Span)) {
	for _, resource := range td.ResourceSpans().All() {
		for _, scoped := range resource.ScopeSpans().All() {
			for _, span := range scoped.Spans().All() {
				visit(span)
			}
		}
	}
}
