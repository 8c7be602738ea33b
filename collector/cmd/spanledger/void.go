package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
)

func newVoidCommand() *cobra.Command {
	var (
		flags            operatorFlags
		trace, span, why string
		yes              bool
	)
	cmd := &cobra.Command{
		Use:   "void --trace TRACE --span SPAN --reason TEXT --yes",
		Short: "Remove one call from the bill",
		Long: `Remove one call from the bill, for example because its usage is impossible. The call
stays in the ledger with its usage. Its cost status becomes invalid with the reason
"voided", and cost_flags has the text of --reason. Its former cost is kept in
past_costs. The call is not billed again if its span is delivered again or repriced.

` + throughCollector,
		Example: `  spanledger void --trace 4bf92f3577b34da6a3ce929d0e0e4736 --span 00f067aa0ba902b7 --reason "sent by a load test" --yes`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if trace == "" || span == "" {
				return usagef("--trace and --span are required: give the ids of the call (list them with: %s)", suggest(cmd, "calls --format json"))
			}
			traceID, err := ledger.ParseTraceID(trace)
			if err != nil {
				return usagef("--trace: %w", err)
			}
			spanID, err := ledger.ParseSpanID(span)
			if err != nil {
				return usagef("--span: %w", err)
			}
			if why == "" {
				return usagef("--reason is missing: say why the call is not billed")
			}
			if !yes {
				return usagef("--yes is missing: confirm that the call is removed from the bill")
			}
			return flags.change(cmd.Context(), func(operator operate.Operator) error {
				before, err := operator.Void(cmd.Context(), traceID, spanID, why)
				if err != nil {
					return err
				}
				cost := "not known"
				if before.Cost.Amount != nil {
					cost = before.Cost.Amount.String() + " USD"
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "span %s of trace %s is no longer billed; its cost was %s\n", span, trace, cost)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&trace, "trace", "", "trace id of the call, 32 hexadecimal digits")
	cmd.Flags().StringVar(&span, "span", "", "span id of the call, 16 hexadecimal digits")
	cmd.Flags().StringVar(&why, "reason", "", "why the call is not billed")
	cmd.Flags().BoolVar(&yes, "yes", false, "confirm")
	flags.add(cmd)
	return cmd
}
