module peers

go 1.26.7

require (
	github.com/Arize-ai/openinference/go/openinference-instrumentation-openai-go v0.0.0-00010101000000-000000000000
	github.com/openlit/openlit/sdk/go v0.0.0-00010101000000-000000000000
	github.com/spanledger/spanledger/instrumentation v0.0.0-00010101000000-000000000000
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.72.0
	go.opentelemetry.io/otel v1.47.0
	go.opentelemetry.io/otel/sdk v1.47.0
	go.opentelemetry.io/otel/sdk/metric v1.47.0
)

require (
	github.com/Arize-ai/openinference/go/openinference-instrumentation v0.1.0 // indirect
	github.com/Arize-ai/openinference/go/openinference-semantic-conventions v0.1.0 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/felixge/httpsnoop v1.1.0 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/openai/openai-go v1.12.0 // indirect
	github.com/quagmt/udecimal v1.10.1 // indirect
	github.com/spanledger/spanledger/tracing v0.1.0 // indirect
	github.com/tidwall/gjson v1.14.4 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.1 // indirect
	github.com/tidwall/sjson v1.2.5 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel/log v1.47.0 // indirect
	go.opentelemetry.io/otel/metric v1.47.0 // indirect
	go.opentelemetry.io/otel/trace v1.47.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
)
