package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Enumerations by their numbers, which clients get that ask for
// $alt=json;enum-encoding=int, as Google's REST clients for Go do:
// googleapis/google/ai/generativelanguage/v1beta/generative_service.proto.
var (
	finishReasons = [...]string{
		"", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
		"MALFORMED_FUNCTION_CALL", "LANGUAGE", "IMAGE_SAFETY", "UNEXPECTED_TOOL_CALL",
	}
	blockReasons = [...]string{"", "SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"}
	trafficTypes = [...]string{"", "ON_DEMAND", "PROVISIONED_THROUGHPUT"}
)

// enum is the name of a value that may be written as a number. A number
// without a name here stays one for a reason, and says nothing of a tier.
func enum(names []string, k jsonscan.Kind, v []byte) string {
	if k != jsonscan.Number {
		return genai.InternIfChanged("", k, v)
	}
	n, ok := jsonscan.Int(v)
	if !ok || n < 0 {
		return ""
	}
	if n < int64(len(names)) {
		return names[n]
	}
	return genai.Intern(k, v)
}
