package genaimetricsconnector

import "time"

// counter is a cumulative sum. It starts with the emission before the first
// addition, not with the series that holds it: receivers take its value at the start for
// zero. The time of the addition can be later than the time that a scrape in progress
// has, and Prometheus ignores a start after the sample.
type counter struct {
	n     int64
	start time.Time
}

func (c *counter) add(n int64, start time.Time) {
	if n == 0 {
		return
	}
	if c.n == 0 {
		c.start = start
	}
	c.n += n
}
