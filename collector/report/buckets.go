package report

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Interval is the length of a bucket of time, which begins where an hour, a day
// or a month of the zone does.
type Interval string

// Intervals.
const (
	Hourly  Interval = "hour"
	Daywise Interval = "day"
	Monthly Interval = "month"
)

// maxBuckets keeps a chart drawable: half a year of hours.
const maxBuckets = 4500

// Bucket is one interval of a period.
type Bucket struct {
	From, Until time.Time
	Partial     bool // the period holds a part of it only

	key string // as the ledger names it
}

// intervals tell where the buckets lie and what the ledger calls them.
var intervals = map[Interval]struct {
	dimension ledger.Dimension
	layout    string
	next      func(local time.Time) time.Time // beginning of the next one
	begin     func(local time.Time) time.Time
}{
	Hourly: {ledger.ByHour, "2006-01-02T15", nextHour, beginOfHour},
	Daywise: {ledger.ByDay, time.DateOnly,
		func(t time.Time) time.Time { return Midnight(t.Year(), t.Month(), t.Day()+1, t.Location()) },
		func(t time.Time) time.Time { return Midnight(t.Year(), t.Month(), t.Day(), t.Location()) }},
	Monthly: {ledger.ByMonth, "2006-01",
		func(t time.Time) time.Time { return Midnight(t.Year(), t.Month()+1, 1, t.Location()) },
		func(t time.Time) time.Time { return Midnight(t.Year(), t.Month(), 1, t.Location()) }},
}

// beginOfHour goes back to the minute 0 of the clock.
func beginOfHour(t time.Time) time.Time {
	into := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	return t.Add(-into)
}

// nextHour is where the clock shows another hour: after two where it is put
// back by one.
func nextHour(t time.Time) time.Time {
	next := beginOfHour(t.Add(time.Hour))
	for next.Hour() == t.Hour() && next.Day() == t.Day() {
		next = beginOfHour(next.Add(time.Hour))
	}
	return next
}

// UsualInterval makes a chart of a length that can be looked at.
func (p Period) UsualInterval() Interval {
	switch length := p.Until.Sub(p.From); {
	case length <= 3*24*time.Hour:
		return Hourly
	case length <= 124*24*time.Hour:
		return Daywise
	}
	return Monthly
}

// Buckets are the intervals that the period touches, oldest first.
func (p Period) Buckets(interval Interval) ([]Bucket, error) {
	of, ok := intervals[interval]
	if !ok {
		return nil, &ParameterError{"interval", string(interval), fmt.Errorf("use hour, day or month")}
	}
	var buckets []Bucket
	zone := p.zone()
	for at := of.begin(p.From.In(zone)); at.Before(p.Until); {
		if len(buckets) == maxBuckets {
			return nil, &ParameterError{"interval", string(interval), fmt.Errorf("the period has more than %d of them: use a longer interval", maxBuckets)}
		}
		until := of.next(at)
		buckets = append(buckets, Bucket{
			From: at, Until: until, key: at.Format(of.layout),
			Partial: at.Before(p.From) || until.After(p.Until),
		})
		at = until.In(zone)
	}
	return buckets, nil
}
