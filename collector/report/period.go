package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Period is the period of a report: [From, Until). Days, hours and months are those of
// Zone.
type Period struct {
	From, Until time.Time
	Zone        *time.Location // nil = UTC

	flags  string // with which it was asked for; "" = not by flags
	ledger string // flags of the ledger that is asked; "" = the usual one
}

// On is the period of a ledger that is asked with these flags of the command line.
func (p Period) On(ledger string) Period {
	p.ledger = ledger
	return p
}

// Flags select the period and its ledger on the command line, for hints that name a
// command.
func (p Period) Flags() string {
	flags := p.flags
	if flags == "" {
		flags = "--from " + p.instant(p.From) + " --to " + p.instant(p.Until) + zoneFlag(p.zone())
	}
	if p.ledger != "" {
		flags += " " + p.ledger
	}
	return flags
}

// instant is a day where it begins one in the zone.
func (p Period) instant(t time.Time) string {
	t = t.In(p.zone())
	if year, month, day := t.Date(); t.Equal(Midnight(year, month, day, p.zone())) {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

func zoneFlag(zone *time.Location) string {
	if zone == time.UTC {
		return ""
	}
	return " " + Flag("zone", zone.String())
}

// Since is the period of the given length that ends at now.
func Since(length time.Duration, now time.Time) Period {
	period := Period{From: now.Add(-length), Until: now, Zone: now.Location()}
	period.flags = Flag("since", lengthFlag(length)) + zoneFlag(period.zone())
	return period
}

// lengthFlag is a length as ParseLength reads it: 24h, not 24h0m0s.
func lengthFlag(d time.Duration) string {
	text := d.String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, none) {
			text = text[:len(text)-2]
		}
	}
	return text
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
