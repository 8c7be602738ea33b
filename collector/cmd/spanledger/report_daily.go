package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportDailyCommand() *cobra.Command {
	var (
		flags reportFlags
		days  int
	)
	cmd := &cobra.Command{
		Use:   "daily",
		Short: "Show cost by day",
		Example: `  spanledger report daily --days 30
  spanledger report daily --days 7 --by department
  spanledger report daily --days 14 --zone Europe/Berlin --where department=support`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.readDays(cmd, days)
			if err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Daily(cmd.Context(), reader, report.DailyQuestion{Period: s.Period, By: s.By, Where: s.Where})
			})
		},
	}
	flags.by.add(cmd)
	flags.addDays(cmd, &days, 30)
	return cmd
}
