package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesListCommand() *cobra.Command {
	var (
		prices   priceFlags
		at       atFlag
		output   outputFlags
		provider string
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the models that have a price",
		Example: `  spanledger prices list --provider anthropic
  spanledger prices list --at 2025-06-01 --format csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			catalogue, when, err := prices.at(&at)
			if err != nil {
				return err
			}
			table := format.Table{Name: "models", Columns: []format.Column{
				{Key: "provider", Header: "Provider"},
				{Key: "model", Header: "Model"},
				{Key: "region", Header: "Region"},
				{Key: "input_usd", Header: "Input (USD/M)"},
				{Key: "cache_read_usd", Header: "Cache read"},
				{Key: "output_usd", Header: "Output"},
				{Key: "modes", Header: "Modes"},
				{Key: "confidence", Header: "Confidence"},
				{Key: "ids", Header: "Ids", Wide: true},
			}}
			if err := mustHavePrices(catalogue, provider); err != nil {
				return err
			}
			for _, e := range catalogue.Entries() {
				if provider != "" && !sameProvider(catalogue, e.Provider, provider) {
					continue
				}
				if row, ok := listRow(&e, when); ok {
					table.Rows = append(table.Rows, row)
				}
			}
			return output.write(cmd, &format.Document{
				Name:   "prices",
				Title:  "Models with a price at " + when.Format("2006-01-02 15:04 MST") + ", catalogue " + catalogue.Version(),
				Tables: []format.Table{table},
			})
		},
	}
	cmd.Flags().StringVar(&provider, "provider", "", "only this provider, by its name here or in telemetry: aws-bedrock, aws.bedrock")
	prices.add(cmd)
	at.add(cmd)
	output.add(cmd)
	return cmd
}

// mustHavePrices rejects a provider without prices; "" is any.
func mustHavePrices(catalogue *pricing.Catalogue, provider string) error {
	priced := pricedProviders(catalogue)
	if provider == "" || slices.ContainsFunc(priced, func(name string) bool { return sameProvider(catalogue, name, provider) }) {
		return nil
	}
	return usagef("--provider %q has no prices; those that have: %s", provider, strings.Join(priced, ", "))
}

// sameProvider reports whether the provider with this name was asked for.
func sameProvider(catalogue *pricing.Catalogue, name, asked string) bool {
	return strings.EqualFold(name, asked) || catalogue.SameProvider(name, asked)
}

func pricedProviders(catalogue *pricing.Catalogue) []string {
	var names []string
	for _, e := range catalogue.Entries() {
		if len(names) == 0 || names[len(names)-1] != e.Provider {
			names = append(names, e.Provider)
		}
	}
	return names
}
