package queuestate

import "time"

// State of a queue.
type State struct {
	Exporter string // its id, such as cost_ledger/main
	Signal   string // traces or logs

	Queued, Capacity int64
	Unit             string // of both: items, requests or bytes

	// Of the last write that succeeded; zero before the first one.
	Written time.Time
	Lag     time.Duration // from the end of its oldest span to the write

	// What keeps rows from being written; empty while all is well.
	Failing string
	Fix     string
	Since   time.Time
}

// Watcher is an extension that shows queues.
type Watcher interface {
	// WatchQueue asks for the state whenever someone looks, until forget is called.
	WatchQueue(read func() State) (forget func())
}
