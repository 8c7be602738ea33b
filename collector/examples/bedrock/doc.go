// Package bedrock shows bedrockruntime of the AWS SDK through the transport of otelgenai.
package bedrock
