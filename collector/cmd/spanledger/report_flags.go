package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// maxDays of a report: ten years.
const maxDays = 3660

// reportFlags holds what every report takes.
type reportFlags struct {
	store  storeFlags
	period periodFlags
	filter filterFlags
	output outputFlags
}

func (f *reportFlags) add(cmd *cobra.Command, since string) {
	f.period.add(cmd, since)
	f.filter.add(cmd)
	f.output.add(cmd)
	f.store.add(cmd)
}

// read gives the period and the conditions.
func (f *reportFlags) read() (period report.Period, where []ledger.Condition, err error) {
	if period, err = f.period.period(time.Now()); err != nil {
		return period, nil, err
	}
	where, err = f.filter.conditions()
	return period, where, err
}

func (f *reportFlags) runReport(cmd *cobra.Command, ask func(ledger.Reader) (reportResult, error)) error {
	return runReport(cmd, &f.store, &f.output, ask)
}

// readDays is read for a report whose default period is a number of days.
func (f *reportFlags) readDays(cmd *cobra.Command, days int) (period report.Period, where []ledger.Condition, err error) {
	period, where, err = f.read()
	switch {
	case err != nil:
		return period, where, err
	case !changed(cmd.Flags(), "from", "to", "since"):
		if days < 1 || days > maxDays {
			return period, where, usagef("--days %d: use a number from 1 to %d", days, maxDays)
		}
		return report.Days(days, time.Now().In(period.Zone)), where, nil
	case changed(cmd.Flags(), "days"):
		return period, where, usagef("--days contradicts --since, --from and --to: give one of them")
	}
	return period, where, nil
}

// addTop adds the flag that shortens a report.
func addTop(cmd *cobra.Command, top *int, standard int, usage string) {
	cmd.Flags().IntVar(top, "top", standard, usage)
}

func checkTop(top int) error {
	if top < 0 {
		return usagef("--top %d: use 0 for all, or a number of rows", top)
	}
	return nil
}
