package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// maxDays of a report: ten years.
const maxDays = 3660

// reportFlags holds what every report takes, and the dimensions and number of rows of
// those that add them.
type reportFlags struct {
	store  storeFlags
	period periodFlags
	filter filterFlags
	output outputFlags
	by     dimensionFlags
	top    int
	least  int // of top
}

// selection holds the choices of the flags of a report.
type selection struct {
	Period report.Period
	By     []ledger.Dimension
	Where  []ledger.Condition
	Top    int
}

func (f *reportFlags) add(cmd *cobra.Command, since string) {
	f.period.add(cmd, since)
	f.filter.add(cmd)
	f.output.add(cmd)
	f.store.add(cmd)
}

// addDays is add for a report on calendar days, unless another period is given.
func (f *reportFlags) addDays(cmd *cobra.Command, days *int, standard int) {
	cmd.Flags().IntVar(days, "days", standard, "number of calendar days, including today")
	f.add(cmd, strconv.Itoa(standard)+"d")
	since := cmd.Flags().Lookup("since")
	since.Usage, since.DefValue = "length of the period up to now, instead of --days: 90m, 24h, 7d", ""
}

// addTop adds the flag for the number of rows of a report that has no end.
func (f *reportFlags) addTop(cmd *cobra.Command, standard int, usage string) {
	f.least = 1
	addTop(cmd, &f.top, standard, usage)
}

// addTopOrAll adds the flag for the number of rows of a report that can show all.
func (f *reportFlags) addTopOrAll(cmd *cobra.Command, standard int, usage string) {
	addTop(cmd, &f.top, standard, usage+" (0 = all)")
}

func (f *reportFlags) read() (s selection, err error) {
	if s.Period, err = f.period.period(time.Now()); err != nil {
		return s, err
	}
	if s.Where, err = f.filter.conditions(); err != nil {
		return s, err
	}
	if s.By, err = f.by.dimensions(); err != nil {
		return s, err
	}
	switch {
	case f.top < 0 && f.least == 0:
		return s, usagef("--top %d: use 0 for all, or a number of rows", f.top)
	case f.top < f.least:
		return s, usagef("--top %d: expected a number of rows, 1 or more", f.top)
	}
	s.Top = f.top
	return s, nil
}

// answer runs a report whose question these flags are.
func (f *reportFlags) answer(ask func(context.Context, ledger.Reader, selection) (reportResult, error)) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		selected, err := f.read()
		if err != nil {
			return err
		}
		return f.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
			return ask(cmd.Context(), reader, selected)
		})
	}
}

func (f *reportFlags) runReport(cmd *cobra.Command, ask func(ledger.Reader) (reportResult, error)) error {
	return runReport(cmd, &f.store, &f.output, func(reader ledger.Reader) (reportResult, error) {
		return f.filter.filtered(ask(reader))
	})
}

// readDays is read for a report whose default period is a number of days.
func (f *reportFlags) readDays(cmd *cobra.Command, days int) (s selection, err error) {
	s, err = f.read()
	switch {
	case err != nil:
		return s, err
	case !changed(cmd.Flags(), "from", "to", "since"):
		if days < 1 || days > maxDays {
			return s, usagef("--days %d: use a number from 1 to %d", days, maxDays)
		}
		s.Period = report.Days(days, time.Now().In(s.Period.Zone)).On(givenFlags(cmd, ledgerNames))
	case changed(cmd.Flags(), "days"):
		return s, usagef("--days contradicts --since, --from and --to: give one of them")
	}
	return s, nil
}

// addTop adds the flag that shortens a report.
func addTop(cmd *cobra.Command, top *int, standard int, usage string) {
	cmd.Flags().IntVar(top, "top", standard, usage)
}
