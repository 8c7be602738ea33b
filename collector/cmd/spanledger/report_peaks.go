package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportPeaksCommand() *cobra.Command {
	var (
		flags reportFlags
		top   int
	)
	cmd := &cobra.Command{
		Use:   "peaks",
		Short: "Show load by hour of the week, and the busiest hours",
		Long: `Show load, for capacity planning: a heat map of calls, tokens and cost by hour of the
week, and the busiest hours with their rate per minute, which vendors limit.`,
		Example: `  spanledger report peaks --since 28d --zone Europe/Berlin
  spanledger report peaks --where model=gpt-5-mini --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			period, where, err := flags.read()
			if err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Peaks(cmd.Context(), reader, report.PeaksQuestion{Period: period, Where: where, Top: top})
			})
		},
	}
	addTop(cmd, &top, 10, "number of busiest hours")
	flags.add(cmd, "28d")
	return cmd
}
