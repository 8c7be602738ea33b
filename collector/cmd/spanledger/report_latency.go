package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportLatencyCommand() *cobra.Command {
	var (
		flags reportFlags
		by    dimensionFlags
		top   int
	)
	cmd := &cobra.Command{
		Use:   "latency",
		Short: "Show latency percentiles, slowest first",
		Example: `  spanledger report latency --since 24h
  spanledger report latency --by provider,model --where status=ok`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.LatencyQuestion{Top: top}
			var err error
			if question.Period, question.Where, err = flags.read(); err != nil {
				return err
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Latency(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd, ledger.ByModel)
	addTop(cmd, &top, 0, "show the slowest rows only (0 = all)")
	flags.add(cmd, "7d")
	return cmd
}
