package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportAnomaliesCommand() *cobra.Command {
	var (
		flags    reportFlags
		by       dimensionFlags
		minCalls int64
		change   float64
	)
	cmd := &cobra.Command{
		Use:   "anomalies",
		Short: "What is unlike the same hours of the weeks before, and why",
		Long: `What is unlike the same hours of the weeks before: cost, tokens and error rate of
each scope against its own median, with what changed (volume, prompt size, models,
price). Scopes with too little data are counted, not judged.`,
		Example: `  spanledger report anomalies --since 24h
  spanledger report anomalies --by department,model --since 1h --min-calls 10`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.AnomaliesQuestion{MinCalls: minCalls, MinChange: change}
			var err error
			if question.Period, question.Where, err = flags.read(); err != nil {
				return err
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if minCalls < 1 {
				return usagef("--min-calls %d: use 1 or more", minCalls)
			}
			if !(change > 0) {
				return usagef("--min-change %v: use a share above zero, such as 0.5", change)
			}
			return flags.answer(cmd, func(reader ledger.Reader) (documenter, error) {
				return report.Anomalies(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd, ledger.ByApplication)
	cmd.Flags().Int64Var(&minCalls, "min-calls", 30, "calls a scope needs to be judged")
	cmd.Flags().Float64Var(&change, "min-change", 0.5, "least change worth a word: 0.5 is half as much again")
	flags.add(cmd, "24h")
	return cmd
}
