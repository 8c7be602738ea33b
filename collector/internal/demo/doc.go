// Package demo is a small multi-agent application: a planner, a researcher
// with tools and a writer prepare briefings for the people of a made-up
// company. It speaks the vendors' wire formats through net/http and the
// project's own transport, so that the binary compiles without the vendors'
// SDKs; collector/examples shows the transport under those. One of its tools asks
// a service over HTTP, traced by otelhttp on both sides.
package demo
