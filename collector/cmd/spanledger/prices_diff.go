package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesDiffCommand() *cobra.Command {
	var output outputFlags
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two price files, rate by rate",
		Long: `Compare two price files, rate by rate. "` + builtIn + `" stands for the built-in list.
Models that only one of the files has are left out unless --all is given.`,
		Example: `  spanledger prices diff built-in prices.json
  spanledger prices diff old.json new.json --all --format csv`,
		Args: cobra.ExactArgs(2),
	}
	all := cmd.Flags().Bool("all", false, "models that only one of the files has, too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		before, err := readPrices(args[0])
		if err != nil {
			return err
		}
		after, err := readPrices(args[1])
		if err != nil {
			return err
		}
		return output.write(cmd, diffDocument(before, after, *all))
	}
	output.add(cmd)
	return cmd
}

func diffDocument(before, after *pricing.Catalogue, all bool) *format.Document {
	table := format.Table{Name: "rates", Columns: []format.Column{
		{Key: "provider", Header: "Provider"},
		{Key: "model", Header: "Model"},
		{Key: "region", Header: "Region"},
		{Key: "card", Header: "Card"},
		{Key: "rate", Header: "Rate"},
		{Key: "before_usd", Header: "Before (USD)"},
		{Key: "after_usd", Header: "After (USD)"},
	}}
	changes := pricing.Diff(before, after)
	shared := modelsOf(before)
	other := modelsOf(after)
	left := 0
	for _, c := range changes {
		model := modelKey{c.Provider, c.Model, c.Region}
		if !all && !(shared[model] && other[model]) {
			left++
			continue
		}
		table.Rows = append(table.Rows, []any{c.Provider, c.Model, c.Region, c.Card, c.Rate, orText(c.Before, "-"), orText(c.After, "-")})
	}
	doc := &format.Document{
		Name:   "price_diff",
		Title:  fmt.Sprintf("Rates that differ between %s and %s", before.Version(), after.Version()),
		Tables: []format.Table{table},
	}
	if left > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%d rates of models that only one side has are left out; --all shows them.", left))
	}
	return doc
}

type modelKey struct{ provider, model, region string }

func modelsOf(c *pricing.Catalogue) map[modelKey]bool {
	models := make(map[modelKey]bool)
	for _, e := range c.Entries() {
		models[modelKey{e.Provider, e.Model.Model, e.Region}] = true
	}
	return models
}
