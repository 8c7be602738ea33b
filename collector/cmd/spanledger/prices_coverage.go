package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing/documented"
)

func newPricesCoverageCommand() *cobra.Command {
	var (
		prices   priceFlags
		at       atFlag
		output   outputFlags
		provider string
	)
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "List documented models that have no price",
		Long: `List models that vendors document but that have no price in the catalogue. Each has the
page of the documentation and the day when it was read. Calls to these models are
stored without a cost until a price file has a price.`,
		Example: `  spanledger prices coverage
  spanledger prices coverage --provider aws-bedrock --price-file prices.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			catalogue, when, err := prices.at(&at)
			if err != nil {
				return err
			}
			if provider != "" && !catalogue.SameProvider(provider, provider) {
				return usagef("--provider %q is unknown: use one of %s", provider, strings.Join(catalogue.Providers(), ", "))
			}
			coverage, err := documented.Cover(catalogue, when)
			if err != nil {
				return err
			}
			providers := format.Table{Name: "providers", Columns: []format.Column{
				{Key: "provider", Header: "Provider"},
				{Key: "documented", Header: "Documented", Kind: format.Count},
				{Key: "priced", Header: "Priced", Kind: format.Count},
				{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
				{Key: "read", Header: "Read"},
			}}
			models := format.Table{Name: "unpriced", Title: "Without a price", Empty: "none", Columns: []format.Column{
				{Key: "provider", Header: "Provider"},
				{Key: "model", Header: "Model"},
			}}
			for _, c := range coverage {
				if provider != "" && !catalogue.SameProvider(provider, c.Provider) {
					continue
				}
				known, missing := len(c.Known), len(c.Missing)
				providers.Rows = append(providers.Rows, []any{
					c.Provider, int64(known + missing), int64(known), int64(missing), c.Read,
				})
				for _, id := range c.Missing {
					models.Rows = append(models.Rows, []any{c.Provider, id})
				}
			}
			return output.write(cmd, &format.Document{
				Name:   "coverage",
				Title:  "Documented models at " + when.Format("2006-01-02 15:04 MST") + ", catalogue " + catalogue.Version(),
				Tables: []format.Table{providers, models},
			})
		},
	}
	cmd.Flags().StringVar(&provider, "provider", "", "only this provider")
	prices.add(cmd)
	at.add(cmd)
	output.add(cmd)
	return cmd
}
