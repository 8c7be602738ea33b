package explain

import "github.com/spanledger/spanledger/tracing/semconv"

// claims in words: how close to the vendor a span saw the call.
var claims = map[string]string{
	semconv.ClaimTransport: "the transport of otelgenai, on the wire",
	semconv.ClaimBatch:     "the transport of otelgenai, downloading a result",
	semconv.ClaimClient:    "instrumentation of the vendor's SDK",
	semconv.ClaimFramework: "a framework around the call",
	semconv.ClaimLog:       "a log record of a command line agent",
	semconv.ClaimSummary:   "a command line agent's span, of a call that its log record describes",
	semconv.ClaimServer:    "a gateway, or the vendor's own side",
	semconv.ClaimAggregate: "a total of an agent",
}

// Claim puts in words where a span saw the call; a claim that this version does
// not know speaks for itself.
func Claim(claim string) string {
	if text, ok := claims[claim]; ok {
		return text
	}
	return claim
}
