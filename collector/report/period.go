package report

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Period is the period of a report: [From, Until). Days, hours and months are those of
// Zone.
type Period struct {
	From, Until time.Time
	Zone        *time.Location // nil = UTC
}

// Since is the period of the given length that ends at now.
func Since(length time.Duration, now time.Time) Period {
	return Period{From: now.Add(-length), Until: now, Zone: now.Location()}
}

// Month is a calendar month in a zone, also if clocks change in it.
func Month(year int, month time.Month, zone *time.Location) Period {
	if zone == nil {
		zone = time.UTC
	}
	return Period{
		From:  Midnight(year, month, 1, zone),
		Until: Midnight(year, month+1, 1, zone),
		Zone:  zone,
	}
}

// Validate rejects an empty period.
func (p Period) Validate() error {
	if p.From.IsZero() || p.Until.IsZero() {
		return fmt.Errorf("the period has no start or no end")
	}
	if !p.From.Before(p.Until) {
		return fmt.Errorf("the period is empty: its start %s must be before its end %s",
			p.From.Format(time.RFC3339), p.Until.Format(time.RFC3339))
	}
	return nil
}

// bounded is the part of the period that a ledger can hold calls of.
func (p Period) bounded() Period {
	p.From, p.Until = ledger.Bounded(p.From).In(p.zone()), ledger.Bounded(p.Until).In(p.zone())
	return p
}

// past is the part of the period that has begun, to the end of today: a call may
// start a little ahead of our clock.
func (p Period) past(now time.Time) Period {
	year, month, day := now.In(p.zone()).Date()
	if tomorrow := Midnight(year, month, day+1, p.zone()); p.Until.After(tomorrow) {
		p.Until = tomorrow
	}
	return p
}

func (p Period) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

func (p Period) format() format.Period {
	return format.Period{From: p.From, Until: p.Until, Zone: p.zone()}
}
