//go:build unix

package otelgenai_test

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime returns what the process has used of the processors, which other work on
// the machine distorts less than the time on the wall.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
