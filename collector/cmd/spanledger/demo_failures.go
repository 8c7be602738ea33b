package main

import (
	"fmt"
	"io"
	"sync"
)

// exportFailures collects the errors of failed exports instead of the SDK's log. Each
// text is kept once, because all exports to a missing collector fail in the same way.
type exportFailures struct {
	mu   sync.Mutex
	seen map[string]bool
	new  []error // not written yet
	all  []error
}

// Handle implements otel.ErrorHandler.
func (f *exportFailures) Handle(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[err.Error()] {
		return
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[err.Error()] = true
	f.new = append(f.new, err)
	f.all = append(f.all, err)
}

// write prints new errors while the application continues.
func (f *exportFailures) write(out io.Writer, line *progressLine) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, err := range f.new {
		line.clear()
		fmt.Fprintln(out, "spanledger demo:", err)
	}
	f.new = nil
}

// first is the earliest failure, or err: the error of the last flush only repeats it.
func (f *exportFailures) first(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) > 0 {
		return f.all[0]
	}
	return err
}
