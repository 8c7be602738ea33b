// Package unreadspans carries to an extension that shows it which spans look like
// model calls and were not read. The processor counts them in its metrics too,
// which nothing reads where the Collector's own metrics are off.
package unreadspans

import "time"

// Count is how many spans of one instrumentation were not read, and why.
type Count struct {
	Scope  string // of the instrumentation, may be empty
	Reason string
	Spans  int64
	Last   time.Time
}

// Watcher is an extension that shows spans that were not read.
type Watcher interface {
	// WatchUnread asks for the counts whenever someone looks, until forget is called.
	WatchUnread(read func() []Count) (forget func())
}
