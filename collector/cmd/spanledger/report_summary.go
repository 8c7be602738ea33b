package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportSummaryCommand() *cobra.Command {
	var (
		flags reportFlags
		days  int
	)
	cmd := &cobra.Command{
		Use:   "summary",
		Short: "Show cost, errors, latency and trends on one screen",
		Example: `  spanledger report summary --days 7
  spanledger report summary --since 24h --where department=support`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.readDays(cmd, days)
			if err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Summary(cmd.Context(), reader, report.SummaryQuestion{Period: s.Period, Where: s.Where, Top: s.Top})
			})
		},
	}
	flags.addTop(cmd, 5, "rows of each table")
	flags.addDays(cmd, &days, 7)
	return cmd
}
