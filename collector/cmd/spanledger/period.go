package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report"
)

// periodFlags choose the period of a report.
type periodFlags struct {
	since    string
	from, to string
	zone     string

	flags *cobra.Command
}

func (f *periodFlags) add(cmd *cobra.Command, since string) {
	f.flags = cmd
	cmd.Flags().StringVar(&f.since, "since", since, "length of the period up to now: 90m, 24h, 7d, 4w")
	cmd.Flags().StringVar(&f.from, "from", "", "start of the period, inclusive: 2026-10-01 or 2026-10-01T14:00:00Z")
	cmd.Flags().StringVar(&f.to, "to", "", "end of the period, exclusive; same formats (default: now)")
	f.addZone(cmd)
}

func (f *periodFlags) addZone(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.zone, "zone", "UTC", "time zone of days and months, for example Europe/Berlin")
}

// period returns what the flags say, at the given moment.
func (f *periodFlags) period(now time.Time) (report.Period, error) {
	zone, err := f.location()
	if err != nil {
		return report.Period{}, err
	}
	since := f.since
	if f.from != "" || f.to != "" {
		switch {
		case !changed(f.flags.Flags(), "since"):
			since = ""
		case since != "":
			return report.Period{}, usagef("--since contradicts --from and --to: give --since alone, or --from and --to")
		}
		if f.from == "" {
			return report.Period{}, usagef("--to %q: the start of the period is missing: give --from too, or --since alone", f.to)
		}
	}
	period, err := report.ParsePeriod(since, f.from, f.to, zone, now)
	if err != nil {
		return report.Period{}, flagError(err)
	}
	return period.On(givenFlags(f.flags, ledgerNames)), nil
}

func (f *periodFlags) location() (*time.Location, error) {
	zone, err := report.ParseZone(f.zone)
	if err != nil {
		return nil, flagError(err)
	}
	return zone, nil
}

// fromTo names a period within an error.
func fromTo(p report.Period) string {
	return "from " + p.From.Format("2006-01-02 15:04") + " to " + p.Until.Format("2006-01-02 15:04 MST")
}
