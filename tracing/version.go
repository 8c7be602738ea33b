package tracing

// ScopeName is the instrumentation scope of the spans and metrics of this package.
const ScopeName = "github.com/spanledger/spanledger/tracing"

// Version is the version of the instrumentation scope.
const Version = "0.1.0"
