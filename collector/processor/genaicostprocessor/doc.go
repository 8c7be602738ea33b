//go:generate mdatagen metadata.yaml

// Package genaicostprocessor calculates what each LLM call costs, at the price
// valid when it started, and writes it on the span.
package genaicostprocessor
