package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportForecastCommand() *cobra.Command {
	var (
		store  storeFlags
		period periodFlags
		by     dimensionFlags
		filter filterFlags
		output outputFlags
		month  string
	)
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "Forecast the cost of the month, with an interval",
		Example: `  spanledger report forecast --by department
  spanledger report forecast --by application --zone Europe/Berlin --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			zone, err := period.location()
			if err != nil {
				return err
			}
			now := time.Now().In(zone)
			question := report.ForecastQuestion{Now: now, Period: report.Month(now.Year(), now.Month(), zone)}
			if month != "" {
				if question.Period, err = report.ParseMonth(month, zone); err != nil {
					return usagef("--month: %w", err)
				}
				if question.Period.From.After(now) {
					return usagef("--month %s is in the future: name a month that has begun", month)
				}
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if question.Where, err = filter.conditions(); err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				return filter.filtered(report.Forecast(cmd.Context(), reader, question))
			})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "calendar month, such as 2026-10 (default: this one)")
	by.add(cmd, ledger.ByDepartment)
	period.addZone(cmd)
	filter.add(cmd)
	output.add(cmd)
	store.add(cmd)
	return cmd
}
