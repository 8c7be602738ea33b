package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newTracesCommand() *cobra.Command {
	var (
		store       storeFlags
		period      periodFlags
		output      outputFlags
		filter      filterFlags
		narrow      runFilterFlags
		agent, user string
		departments []string
		order       traceOrderFlags
	)
	cmd := &cobra.Command{
		Use:   "traces",
		Short: "List runs, newest, slowest or most expensive first",
		Long: `List runs of agents, one line each. spanledger trace shows the steps, time and cost of
one of them.`,
		Example: `  spanledger traces
  spanledger traces --agent researcher --sort duration --top 10
  spanledger traces --errors --department claims
  spanledger traces --sort cost --top 5 --since 24h --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.TracesQuestion{Agent: agent, User: user}
			var err error
			if question.Order, question.Top, err = order.read(cmd.Flags()); err != nil {
				return err
			}
			if question.Period, err = period.period(time.Now()); err != nil {
				return err
			}
			if question.Where, err = filter.conditions(); err != nil {
				return err
			}
			if len(departments) > 0 {
				question.Where = append(question.Where, ofDepartments(departments))
			}
			if question.Errors, question.MinCost, err = narrow.read(); err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				return filter.filtered(report.Traces(cmd.Context(), reader, question))
			})
		},
	}
	cmd.Flags().StringVar(&agent, "agent", "", "only runs with this agent")
	cmd.Flags().StringVar(&user, "user", "", "only runs of this user")
	cmd.Flags().StringSliceVar(&departments, "department", nil, "only runs with a call of this department; separate several with commas")
	filter.addFor(cmd, "runs with at least one call that matches all")
	narrow.add(cmd, "runs")
	order.add(cmd)
	period.add(cmd, "7d")
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// ofDepartments keeps calls of these departments.
func ofDepartments(names []string) ledger.Condition {
	c := ledger.Condition{Dimension: ledger.ByDepartment}
	for _, name := range names {
		c.Values = append(c.Values, report.Value(ledger.ByDepartment, name))
	}
	return c
}
