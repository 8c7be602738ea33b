package ledgertest

import (
	"strconv"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// CallLogs is the log record of each call, with about the attributes that the
// transport gives it.
func CallLogs(calls []ledger.Call) []ledger.Log {
	logs := make([]ledger.Log, len(calls))
	for i := range calls {
		c := &calls[i]
		l := ledger.Log{
			TraceID: c.TraceID, SpanID: c.SpanID, Time: c.Start.Add(c.Duration), Kind: ledger.LogCall, Severity: 9,
			Body: c.Operation + " " + c.RequestModel, ErrorType: c.ErrorType, User: c.User, Department: c.Department,
			Application: c.Application, Environment: c.Environment, Agent: c.Agent, Service: c.Service,
			Provider: c.Provider, Model: c.Model(), Operation: c.Operation, Received: c.Received,
			Attributes: map[string]string{
				"gen_ai.response.id":           c.SpanID.String() + c.TraceID.String(),
				"gen_ai.usage.input_tokens":    strconv.FormatInt(c.Usage[usage.Input], 10),
				"gen_ai.usage.output_tokens":   strconv.FormatInt(c.Usage[usage.Output], 10),
				"http.response.status_code":    "200",
				"server.address":               "api." + c.Provider + ".com",
				"spanledger.call.duration":     strconv.FormatFloat(c.Duration.Seconds(), 'g', -1, 64),
				"spanledger.step.name":         c.Step,
				"spanledger.usage.source":      "reported",
				"gen_ai.workflow.name":         c.Workflow,
				"service.version":              "1.4.2",
				"spanledger.vendor.request_id": "req_" + c.TraceID.String()[16:] + c.SpanID.String(),
			},
		}
		copy(l.ID[:], c.SpanID[:])
		logs[i] = l
	}
	return logs
}
