package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportCostCommand() *cobra.Command {
	var (
		store  storeFlags
		period periodFlags
		by     dimensionFlags
		filter filterFlags
		output outputFlags
		top    int
	)
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "What was spent, on whose behalf, and how it went",
		Example: `  spanledger report cost --by department --since 7d
  spanledger report cost --by user,model --top 10 --format csv
  spanledger report cost --by agent --where application=research-desk --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.CostQuestion{Top: top}
			var err error
			if question.Period, err = period.period(time.Now()); err != nil {
				return err
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if question.Where, err = filter.conditions(); err != nil {
				return err
			}
			if top < 0 {
				return usagef("--top %d: use 0 for all, or a number of lines", top)
			}
			return answer(cmd, &store, &output, func(reader ledger.Reader) (documenter, error) {
				return report.Cost(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd, ledger.ByDepartment)
	cmd.Flags().IntVar(&top, "top", 0, "show only the dearest, and one line for the rest (0 = all)")
	period.add(cmd, "7d")
	filter.add(cmd)
	output.add(cmd)
	store.add(cmd)
	return cmd
}
