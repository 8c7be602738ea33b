package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
)

func newVoidCommand() *cobra.Command {
	var (
		flags            ledgerFlags
		trace, span, why string
		yes              bool
	)
	cmd := &cobra.Command{
		Use:   "void --trace TRACE --span SPAN --reason TEXT --yes",
		Short: "Take a single call off the bill",
		Long: `Take a single call off the bill, such as one with absurd usage. The call stays in
the ledger with its usage, as invalid with the reason "voided" and the text of
--reason among its flags. What it cost is kept in past_costs. Neither another
delivery of its span nor repricing puts it back.

Stop the collector that holds a DuckDB file first.`,
		Example: `  spanledger void --trace 4bf92f3577b34da6a3ce929d0e0e4736 --span 00f067aa0ba902b7 --reason "sent by a load test" --yes`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			traceID, err := ledger.ParseTraceID(trace)
			if err != nil {
				return usagef("--trace: %w", err)
			}
			spanID, err := ledger.ParseSpanID(span)
			if err != nil {
				return usagef("--span: %w", err)
			}
			if why == "" {
				return usagef("--reason: expected why the call is not to be billed")
			}
			if !yes {
				return usagef("--yes is missing: voiding a call changes the bill")
			}
			return flags.change(cmd.Context(), func(store ledger.Store) error {
				before, err := ledger.Void(cmd.Context(), store, traceID, spanID, why)
				if err != nil {
					return err
				}
				cost := "no amount"
				if before.Cost.Amount != nil {
					cost = before.Cost.Amount.String() + " USD"
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s of trace %s is off the bill; it had %s\n", span, trace, cost)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&trace, "trace", "", "trace id of the call, 32 hexadecimal digits")
	cmd.Flags().StringVar(&span, "span", "", "span id of the call, 16 hexadecimal digits")
	cmd.Flags().StringVar(&why, "reason", "", "why the call is not to be billed")
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	flags.add(cmd)
	return cmd
}
