package genaimetricsconnector

import "time"

// counter is a cumulative sum. It starts with the first addition, not with the
// series that holds it: receivers take the time before its start for zero.
type counter struct {
	n     int64
	start time.Time
}

func (c *counter) add(n int64, now time.Time) {
	if n == 0 {
		return
	}
	if c.n == 0 {
		c.start = now
	}
	c.n += n
}
