package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newRepairCommand() *cobra.Command {
	var (
		flags  operatorFlags
		period periodFlags
		output outputFlags
		apply  bool
	)
	cmd := &cobra.Command{
		Use:   "repair",
		Short: "Find and correct calls that were settled wrongly",
		Long: `Find calls that are billed twice, because two spans of the same call are billed, and
calls of which no span is billed. Collectors settle calls as spans arrive. If a
collector was killed, and did not receive the spans again, some calls can remain
unsettled. Without --apply nothing is written: the command lists the errors and their
amounts.

` + throughCollector,
		Example: `  spanledger repair --since 7d
  spanledger repair --since 7d --apply`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := output.format(); err != nil {
				return err
			}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			var found *settle.Repaired
			if err := flags.run(cmd, apply, func(operator operate.Operator) (err error) {
				show, clear := workProgress(cmd)
				defer clear()
				found, err = operator.Repair(cmd.Context(), settle.RepairOptions{
					From: when.From, Until: when.Until, Apply: apply,
					Progress: func(done time.Time) { show(done, 0) },
				})
				return err
			}); err != nil {
				return err
			}
			return output.write(cmd, repairDocument(found, when.From, when.Until, apply))
		},
	}
	cmd.Flags().BoolVar(&apply, "apply", false, "write the corrections (default: only list them)")
	period.add(cmd, "24h")
	output.add(cmd)
	flags.add(cmd)
	return cmd
}

func repairDocument(found *settle.Repaired, from, until time.Time, applied bool) *format.Document {
	table := format.Table{Name: "calls", Empty: "nothing to correct", Columns: []format.Column{
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span"},
		{Key: "model", Header: "Model"},
		{Key: "claim", Header: "Claim"},
		{Key: "billed", Header: "Should be billed"},
		{Key: "usd", Header: "Cost (USD)", Kind: format.Money},
	}}
	for i := range found.Wrong {
		c := &found.Wrong[i]
		billed := "no"
		if c.Billable {
			billed = "yes"
		}
		var amount any
		if c.Cost.Amount != nil {
			amount = *c.Cost.Amount
		}
		table.Rows = append(table.Rows, []any{c.Start, c.TraceID.String(), c.SpanID.String(), c.Model(), c.Claim, billed, amount})
	}
	doc := &format.Document{
		Name: "repair",
		Title: fmt.Sprintf("%s to correct in %s with several spans for one call; the bill changes by %s USD",
			format.Counted(int64(len(found.Wrong)), "row"), format.Counted(int64(found.Traces), "trace"), found.Difference),
		Period: format.Period{From: from, Until: until, Zone: time.UTC},
		Tables: []format.Table{table},
	}
	switch {
	case len(found.Wrong) == 0:
	case applied:
		doc.Notes = append(doc.Notes, "Corrected.")
	default:
		doc.Notes = append(doc.Notes, "Nothing was written: --apply writes the corrections.")
	}
	return doc
}
