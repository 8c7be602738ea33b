package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportPeaksCommand() *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "peaks",
		Short: "Show load by hour of the week, and the busiest hours",
		Long: `Show load, for capacity planning: a heat map of calls, tokens and cost by hour of the
week, and the busiest hours with their rate per minute, which vendors limit.`,
		Example: `  spanledger report peaks --since 28d --zone Europe/Berlin
  spanledger report peaks --where model=gpt-5-mini --format json`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Peaks(ctx, reader, report.PeaksQuestion{Period: s.Period, Where: s.Where, Top: s.Top})
		}),
	}
	flags.addTop(cmd, 10, "number of busiest hours")
	flags.add(cmd, "28d")
	return cmd
}
