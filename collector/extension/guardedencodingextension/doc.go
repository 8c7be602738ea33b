// Package guardedencodingextension decodes OTLP messages of the Kafka receiver within the
// limits of guardedotlpreceiver: values that nest too deep are emptied before decoding.
package guardedencodingextension
