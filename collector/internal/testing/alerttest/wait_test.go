package alerttest

import (
	"context"
	"testing"
	"time"
)

// patience bounds waits for something that normally takes a second or less.
const patience = time.Minute

// until repeats try until it succeeds.
func until(t *testing.T, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s: %v", what, patience, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
