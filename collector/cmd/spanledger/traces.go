package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newTracesCommand() *cobra.Command {
	var (
		store                    storeFlags
		period                   periodFlags
		output                   outputFlags
		agent, user              string
		newest, slowest, dearest int
	)
	cmd := &cobra.Command{
		Use:   "traces",
		Short: "List runs: the newest, the slowest or the dearest",
		Long: `List runs of agents, one line each. What one of them did, and where its time and
money went, says spanledger trace.`,
		Example: `  spanledger traces
  spanledger traces --agent researcher --slowest 10
  spanledger traces --dearest 5 --since 24h --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.TracesQuestion{Agent: agent, User: user, Order: ledger.NewestFirst, Top: newest}
			given := ""
			for _, o := range []struct {
				flag  string
				order ledger.TraceOrder
				top   int
			}{
				{"newest", ledger.NewestFirst, newest},
				{"slowest", ledger.SlowestFirst, slowest},
				{"dearest", ledger.DearestFirst, dearest},
			} {
				if !changed(cmd.Flags(), o.flag) {
					continue
				}
				if given != "" {
					return usagef("--%s and --%s say two different orders: give one", given, o.flag)
				}
				given = o.flag
				if o.top < 1 {
					return usagef("--%s %d: give how many runs to list, 1 or more", o.flag, o.top)
				}
				question.Order, question.Top = o.order, o.top
			}
			var err error
			if question.Period, err = period.period(time.Now()); err != nil {
				return err
			}
			return answer(cmd, &store, &output, func(reader ledger.Reader) (documenter, error) {
				return report.Traces(cmd.Context(), reader, question)
			})
		},
	}
	cmd.Flags().StringVar(&agent, "agent", "", "only runs in which this agent took part")
	cmd.Flags().StringVar(&user, "user", "", "only runs for this user")
	cmd.Flags().IntVar(&newest, "newest", 20, "list this many, newest first")
	cmd.Flags().IntVar(&slowest, "slowest", 0, "list this many, slowest first")
	cmd.Flags().IntVar(&dearest, "dearest", 0, "list this many, dearest first")
	period.add(cmd, "7d")
	output.add(cmd)
	store.add(cmd)
	return cmd
}
