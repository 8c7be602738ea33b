package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportAnomaliesCommand() *cobra.Command {
	var (
		flags    reportFlags
		minCalls int64
		change   float64
	)
	cmd := &cobra.Command{
		Use:   "anomalies",
		Short: "Compare a period with the same hours of earlier weeks",
		Long: `Compare cost, tokens and error rate of a period with the median of the same hours of
earlier weeks, for each group of --by, and name what changed: volume, prompt size,
models, price. Groups with fewer calls than --min-calls are not compared.`,
		Example: `  spanledger report anomalies --since 24h
  spanledger report anomalies --by department,model --since 1h --min-calls 10`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question := report.AnomaliesQuestion{Period: s.Period, By: s.By, Where: s.Where, MinCalls: minCalls, MinChange: change}
			if minCalls < 1 {
				return usagef("--min-calls %d: use 1 or more", minCalls)
			}
			if !(change > 0) {
				return usagef("--min-change %v: use a number above zero, such as 0.5", change)
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Anomalies(cmd.Context(), reader, question)
			})
		},
	}
	flags.by.add(cmd, ledger.ByApplication)
	cmd.Flags().Int64Var(&minCalls, "min-calls", 30, "minimum number of calls in a group")
	cmd.Flags().Float64Var(&change, "min-change", 0.5, "smallest change to report: 0.5 is 50 %")
	flags.add(cmd, "24h")
	return cmd
}
