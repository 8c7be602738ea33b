// Package anthropic reads the Messages API of Anthropic. Its formats are also
// what Claude answers with on Bedrock and Vertex AI.
//
// Source: the API reference at docs.anthropic.com/en/api/messages and
// docs.anthropic.com/en/docs/build-with-claude/streaming.
package anthropic
