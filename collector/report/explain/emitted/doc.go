// Package emitted shows what the collector makes of a span as its sender sent it:
// the attributes before and after the normaliser and pricing, run as they are in
// the collector.
package emitted
