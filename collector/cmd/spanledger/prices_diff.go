package main

import (
	"fmt"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesDiffCommand() *cobra.Command {
	var (
		at     atFlag
		output outputFlags
		all    bool
	)
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two price files, rate by rate",
		Long: `Compare two price files, rate by rate, at a point in time. "` + builtIn + `" is the
built-in prices. Models that only one of the files has are left out unless --all
is given.`,
		Example: `  spanledger prices diff built-in prices.json
  spanledger prices diff old.json new.json --all --format csv`,
		Args: exactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			when, err := at.instant()
			if err != nil {
				return err
			}
			before, err := readPrices(args[0])
			if err != nil {
				return wrongContent("A", args[0], err)
			}
			after, err := readPrices(args[1])
			if err != nil {
				return wrongContent("B", args[1], err)
			}
			doc := diffDocument(pricing.Diff(before, after, when, all))
			doc.Title = fmt.Sprintf("Rates that differ between %s and %s at %s", args[0], args[1], when.Format(time.RFC3339))
			return output.write(cmd, doc)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "include models that only one of the files has")
	at.add(cmd)
	output.add(cmd)
	return cmd
}

func diffDocument(changes []pricing.Change) *format.Document {
	table := format.Table{Name: "rates", Columns: []format.Column{
		{Key: "provider", Header: "Provider"},
		{Key: "id", Header: "Id"},
		{Key: "region", Header: "Region"},
		{Key: "mode", Header: "Mode"},
		{Key: "applies", Header: "Applies"},
		{Key: "rate", Header: "Rate"},
		{Key: "before_usd", Header: "Before (USD)"},
		{Key: "after_usd", Header: "After (USD)"},
	}}
	for _, c := range changes {
		table.Rows = append(table.Rows, []any{
			c.Provider, c.ID, c.Region, c.Mode, orText(c.Applies, "always"), c.Kind, rateText(c.Before), rateText(c.After),
		})
	}
	return &format.Document{Name: "price_diff", Tables: []format.Table{table}}
}

// rateText writes a rate exactly; nil is none.
func rateText(rate *udecimal.Decimal) string {
	if rate == nil {
		return "-"
	}
	return rate.String()
}
