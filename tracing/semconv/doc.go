// Package semconv is the one place that spells attribute keys.
//
// The gen_ai.*, openai.* and mcp.* keys follow the OpenTelemetry GenAI
// semantic conventions after their move out of the main registry (the
// semantic-conventions-genai repository; nothing there is stable yet, and no
// Go package exists for it: go.opentelemetry.io/otel/semconv lost its GenAI
// keys with v1.42.0). Where a key is also in semconv v1.41.0 the two are
// compared by a test, which lists the deliberate differences.
//
// The spanledger.* keys are the project's own; each says why no upstream key
// serves.
package semconv
