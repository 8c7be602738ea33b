package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportQualityCommand() *cobra.Command {
	var (
		flags    reportFlags
		passFrom string
		question report.QualityQuestion
	)
	cmd := &cobra.Command{
		Use:   "quality",
		Short: "Show evaluation results, and the cost per pass",
		Long: `Show evaluations (gen_ai.evaluation.result) by the dimensions of the evaluated calls:
their number, mean score and pass rate with its 95 % interval, and the cost of the
evaluated calls per pass. Spanledger makes no evaluations; it reads the results of yours.`,
		Example: `  spanledger report quality --by model --since 7d
  spanledger report quality --by prompt_version --evaluation relevance --pass-from 0.7
  spanledger report quality --by agent,day --where application=intake-bot --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question.Period, question.By, question.Where, question.Top = s.Period, s.By, s.Where, s.Top
			if question.PassFrom, err = report.ParsePassFrom(passFrom); err != nil {
				return usagef("--pass-from %q: use a number such as 0.7", passFrom)
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Quality(cmd.Context(), reader, question)
			})
		},
	}
	flags.by.add(cmd, ledger.ByModel)
	cmd.Flags().StringVar(&question.Evaluation, "evaluation", "", "only evaluations of this name")
	cmd.Flags().StringVar(&passFrom, "pass-from", "", "score from which an evaluation without a label counts as passed")
	flags.addTopOrAll(cmd, 0, "number of lines")
	flags.add(cmd, "7d")
	return cmd
}
