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
		top   int
	)
	cmd := &cobra.Command{
		Use:   "summary",
		Short: "Show cost, errors, latency and trends on one screen",
		Example: `  spanledger report summary --days 7
  spanledger report summary --since 24h --where department=support`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			period, where, err := flags.readDays(cmd, days)
			if err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Summary(cmd.Context(), reader, report.SummaryQuestion{Period: period, Where: where, Top: top})
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", 7, "number of calendar days, including today")
	addTop(cmd, &top, 5, "rows of each table")
	flags.add(cmd, "7d")
	return cmd
}
