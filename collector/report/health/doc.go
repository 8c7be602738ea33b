// Package health says whether an installation works from end to end: that the
// receiver takes a span, that it reaches the ledger and Jaeger, that Prometheus
// scrapes, that the schema is this binary's, and that calls arrive, priced and
// attributed. Every finding that is not good names what to do.
package health
