package genainormalizerprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
)

// processLogs guards the content of log records and leaves the rest as it came.
func (n *normalizer) processLogs(_ context.Context, ld plog.Logs) (plog.Logs, error) {
	for _, resource := range ld.ResourceLogs().All() {
		attrs := resource.Resource().Attributes()
		origin := dialect.Origin{
			Service: text(attrs, "service.name"),
			SDK:     text(attrs, "telemetry.sdk.name"),
		}
		for _, scoped := range resource.ScopeLogs().All() {
			origin.Scope, origin.Version = scoped.Scope().Name(), scoped.Scope().Version()
			scope := n.engine.Scope(origin)
			for _, record := range scoped.LogRecords().All() {
				n.engine.GuardLog(scope, origin.Scope, record)
			}
		}
	}
	return ld, nil
}
