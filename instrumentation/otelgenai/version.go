package otelgenai

// ScopeName is the instrumentation scope of every span, metric and log record
// of this package.
const ScopeName = "github.com/spanledger/spanledger/instrumentation/otelgenai"

// Version is the version of this package, stamped on its instrumentation scope.
const Version = "0.1.0"
