// Package queuestate carries how an exporter's queue stands to an extension that
// shows it. The Collector's helper of exporters tells it to its meter alone, which
// nothing reads where the Collector's own metrics are off.
package queuestate
