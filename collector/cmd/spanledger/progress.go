package main

import (
	"fmt"
	"io"
	"sync"
)

// progressLine is one line that is written over, on terminals only: a log file
// has no use for it.
type progressLine struct {
	mu  sync.Mutex
	out io.Writer // nil when nothing is to be shown
}

func newProgressLine(out io.Writer) *progressLine {
	if !isTerminal(out) {
		out = nil
	}
	return &progressLine{out: out}
}

// clearLine goes to the beginning of the line and erases it.
const clearLine = "\r\x1b[K"

func (l *progressLine) show(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out != nil {
		fmt.Fprint(l.out, clearLine+text)
	}
}

func (l *progressLine) clear() { l.show("") }
