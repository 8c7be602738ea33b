package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report"
)

// periodFlags choose the stretch of time a report is about.
type periodFlags struct {
	since    string
	from, to string
	zone     string

	flags *cobra.Command
}

func (f *periodFlags) add(cmd *cobra.Command, since string) {
	f.flags = cmd
	cmd.Flags().StringVar(&f.since, "since", since, "how far back from now: 90m, 24h, 7d, 4w")
	cmd.Flags().StringVar(&f.from, "from", "", "beginning, included: 2026-10-01 or 2026-10-01T14:00:00Z")
	cmd.Flags().StringVar(&f.to, "to", "", "end, excluded: a day or an instant as for --from (default: now)")
	f.addZone(cmd)
}

func (f *periodFlags) addZone(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.zone, "zone", "UTC", "time zone of days and months, such as Europe/Berlin")
}

// period is what the flags say, at the given moment.
func (f *periodFlags) period(now time.Time) (report.Period, error) {
	zone, err := f.location()
	if err != nil {
		return report.Period{}, err
	}
	now = now.In(zone)
	if f.from == "" && f.to == "" {
		length, err := parseLength(f.since)
		if err != nil {
			return report.Period{}, usagef("--since %q: %w", f.since, err)
		}
		return report.Since(length, now), nil
	}
	if changed(f.flags.Flags(), "since") {
		return report.Period{}, usagef("--since and --from/--to say two different things: give one")
	}
	if f.from == "" {
		return report.Period{}, usagef("--to without --from: add the beginning, or use --since")
	}
	from, err := parseInstant(f.from, zone)
	if err != nil {
		return report.Period{}, usagef("--from %q: %w", f.from, err)
	}
	until := now
	if f.to != "" {
		if until, err = parseInstant(f.to, zone); err != nil {
			return report.Period{}, usagef("--to %q: %w", f.to, err)
		}
	}
	period := report.Period{From: from, Until: until, Zone: zone}
	if err := period.Validate(); err != nil {
		return report.Period{}, usagef("--from %s --to %s: %w", f.from, f.to, err)
	}
	return period, nil
}

// location refuses "Local": a report must mean the same on every machine.
func (f *periodFlags) location() (*time.Location, error) {
	if strings.EqualFold(f.zone, "local") {
		return nil, usagef("--zone %q: name the zone, such as Europe/Berlin", f.zone)
	}
	zone, err := time.LoadLocation(f.zone)
	if err != nil {
		return nil, usagef("--zone %q is not known: use a name such as UTC or Europe/Berlin", f.zone)
	}
	return zone, nil
}

// parseLength reads Go durations, and days and weeks, which are 24 hours and
// seven times that.
func parseLength(s string) (time.Duration, error) {
	const cure = "use a number and a unit, such as 90m, 24h, 7d or 4w"
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	var length time.Duration
	if s == "" {
		return 0, fmt.Errorf("is empty: %s", cure)
	}
	if unit, ok := units[s[len(s)-1]]; ok {
		n, err := strconv.ParseInt(s[:len(s)-1], 10, 32)
		if err != nil {
			return 0, fmt.Errorf("is not a length of time: %s", cure)
		}
		if n > int64(100*365*24*time.Hour/unit) {
			return 0, fmt.Errorf("is more than a hundred years: %s", cure)
		}
		length = time.Duration(n) * unit
	} else {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("is not a length of time: %s", cure)
		}
		length = d
	}
	if length <= 0 {
		return 0, fmt.Errorf("must be more than zero: %s", cure)
	}
	return length, nil
}

// parseInstant reads a day, which begins at midnight in zone, or an instant.
func parseInstant(s string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.In(zone), nil
	}
	return time.Time{}, fmt.Errorf("is neither a day such as 2026-10-01 nor an instant such as 2026-10-01T14:00:00Z")
}
