package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportCostCommand() *cobra.Command {
	var (
		flags reportFlags
		by    dimensionFlags
		top   int
	)
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Show cost, usage and errors by dimension",
		Example: `  spanledger report cost --by department --since 7d
  spanledger report cost --by user,model --top 10 --format csv
  spanledger report cost --by agent --where application=research-desk --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.CostQuestion{Top: top}
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
				return report.Cost(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd, ledger.ByDepartment)
	addTop(cmd, &top, 0, "show the most expensive rows only, and one for the rest (0 = all)")
	flags.add(cmd, "7d")
	return cmd
}
