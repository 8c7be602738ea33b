package setup

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

// newResource detects host, container and process. It leaves out command lines, which
// may contain secrets. Errors of detectors go to the OpenTelemetry error handler.
func newResource(ctx context.Context, attrs []attribute.KeyValue) *resource.Resource {
	detected, err := resource.New(ctx,
		resource.WithHost(),
		resource.WithOSType(),
		resource.WithContainer(),
		resource.WithProcessPID(),
		resource.WithProcessExecutableName(),
		resource.WithProcessRuntimeName(),
		resource.WithProcessRuntimeVersion(),
	)
	if err != nil {
		otel.Handle(err)
	}
	res := resource.Default() // service.name, OTEL_RESOURCE_ATTRIBUTES, telemetry.sdk.*
	for _, over := range []*resource.Resource{detected, resource.Environment(), resource.NewSchemaless(attrs...)} {
		merged, err := resource.Merge(res, over)
		if err != nil {
			otel.Handle(err) // the schema URLs differ: merged is correct, without a URL
		}
		res = merged
	}
	return res
}
