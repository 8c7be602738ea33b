package genaimetricsconnector

import (
	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// call holds what the metrics need of one span.
type call struct {
	role       string
	operation  string
	provider   string
	reqModel   string
	respModel  string
	server     string
	port       int64
	user       string
	department string
	app        string
	env        string
	agent      string
	workflow   string
	tool       string
	toolType   string
	failed     bool
	errorType  string
	costStatus string
	cost       udecimal.Decimal

	counts usage.Counts
	given  usage.Set
	ttfc   float64 // seconds; negative when not streamed
	length float64 // seconds

	billable   bool
	claim      string // spanledger.claim
	responseID string
	at         witness
}

func (c *call) status() string {
	if c.failed {
		return "error"
	}
	return "ok"
}

// environment returns what a resource says about where its spans come from.
func environment(resource pcommon.Resource) string {
	if v, ok := resource.Attributes().Get(string(otelsemconv.DeploymentEnvironmentNameKey)); ok {
		return cut(callspan.TextOf(v))
	}
	return ""
}

// readCall fills c from a normalised span of an environment. It reports false
// for a span that no metric is derived from.
func readCall(spans *callspan.Reader, c *call, env string, span ptrace.Span) bool {
	*c = call{env: env}
	r := spans.Read(span, &c.counts)
	if r.Text(callspan.Role) == "" {
		return false
	}
	c.role = cut(r.Text(callspan.Role))
	c.operation = cut(r.Text(callspan.Operation))
	c.provider = cut(r.Text(callspan.Provider))
	c.reqModel = cut(r.Text(callspan.RequestModel))
	c.respModel = cut(r.Text(callspan.ResponseModel))
	c.server = cut(r.Text(callspan.ServerAddress))
	c.port = r.ServerPort
	c.user = cut(r.Text(callspan.User))
	c.department = cut(r.Text(callspan.Department))
	c.app = cut(r.Text(callspan.Application))
	c.agent = cut(r.Text(callspan.Agent))
	c.workflow = cut(r.Text(callspan.Workflow))
	c.tool = cut(r.Text(callspan.Tool))
	c.toolType = cut(r.Text(callspan.ToolType))
	c.errorType = cut(r.Text(callspan.ErrorType))
	c.costStatus = cut(r.Text(callspan.CostStatus))
	if amount, ok := r.Amount(callspan.CostAmount); ok && !amount.IsNeg() {
		c.cost = amount
	}
	c.given = r.Given
	if c.costStatus == costInvalid || r.Fault != "" {
		c.counts, c.given = usage.Counts{}, 0 // impossible counts would poison the sums
	}
	c.ttfc = r.FirstChunk
	if span.EndTimestamp() > span.StartTimestamp() {
		c.length = float64(span.EndTimestamp()-span.StartTimestamp()) / 1e9
	}
	c.failed = r.Failed
	if c.failed && c.errorType == "" {
		c.errorType = "_OTHER"
	}
	c.billable = r.Billable(false)
	c.claim = cut(r.Text(callspan.Claim))
	c.responseID = cut(r.Text(callspan.ResponseID))
	c.at = witness{trace: span.TraceID(), span: span.SpanID(), time: span.EndTimestamp()}
	return true
}

const costInvalid = "invalid"
