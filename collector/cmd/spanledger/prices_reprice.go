package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesRepriceCommand() *cobra.Command {
	var (
		flags    operatorFlags
		period   periodFlags
		prices   priceFlags
		output   outputFlags
		gateways []string
		ownHosts []string
		fallback string
		write    bool
	)
	cmd := &cobra.Command{
		Use:   "reprice",
		Short: "Recalculate stored costs after a price correction",
		Long: `Recalculate the cost of stored calls after a price correction, each with the prices at
its start time. Without --apply nothing is written, and the output shows what would
change for each model. With --apply the previous costs are kept in the history.
Repeating the command changes nothing more.

Prices depend on the collector's configuration. Use the same --price-file, --gateway,
--self-hosted and --unknown-model as there. Through a collector, the price_file of its
ledger_api is used unless --price-file names another file.

` + throughCollector,
		Example: `  spanledger prices reprice --from 2026-10-01 --to 2026-11-01 --price-file prices.json
  spanledger prices reprice --from 2026-10-01 --to 2026-11-01 --price-file prices.json --apply`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := output.format(); err != nil {
				return err
			}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			question := operate.Repricing{
				From: when.From, Until: when.Until, Apply: write,
				Prices: operate.Prices{Name: prices.file, Gateways: gateways, SelfHosted: ownHosts, Fallback: fallback},
			}
			if prices.file != "" {
				if question.Prices.File, err = plainfile.Read(prices.file); err != nil {
					return wrongContent("--price-file", prices.file, err)
				}
			}
			var bad *operate.PricesError
			if _, err := question.Prices.Catalogue(pricing.Default()); errors.As(err, &bad) {
				return usagef("--%w", err)
			} else if err != nil {
				return err
			}
			var result *reprice.Result
			if err := flags.run(cmd, write, func(operator operate.Operator) (err error) {
				var clear func()
				question.Progress, clear = workProgress(cmd)
				defer clear()
				result, err = operator.Reprice(cmd.Context(), question)
				return err
			}); err != nil {
				return err
			}
			return output.write(cmd, repriceDocument(result, when))
		},
	}
	cmd.Flags().BoolVar(&write, "apply", false, "write the corrections (default: only show them)")
	cmd.Flags().StringSliceVar(&gateways, "gateway", nil, "private hosts of gateways, as in the collector's configuration")
	cmd.Flags().StringSliceVar(&ownHosts, "self-hosted", nil, "hosts of your own model servers, as in the collector's configuration")
	cmd.Flags().StringVar(&fallback, "unknown-model", "", "provider/model whose prices are used for unknown models, as in the collector's configuration")
	period.add(cmd, "24h")
	prices.add(cmd)
	output.add(cmd)
	flags.add(cmd)
	return cmd
}

func repriceDocument(r *reprice.Result, period report.Period) *format.Document {
	columns := []format.Column{
		{Key: "provider", Header: "Provider"},
		{Key: "model", Header: "Model"},
		{Key: "calls", Header: "Calls", Kind: format.Count},
		{Key: "changed", Header: "Changed", Kind: format.Count},
		{Key: "gained", Header: "Newly priced", Kind: format.Count},
		{Key: "lost", Header: "Price lost", Kind: format.Count},
		{Key: "left", Header: "Left as is", Kind: format.Count},
		{Key: "unpriced", Header: "No price", Kind: format.Count},
		{Key: "before_usd", Header: "Before (USD)", Kind: format.Money},
		{Key: "after_usd", Header: "After (USD)", Kind: format.Money},
		{Key: "difference_usd", Header: "Difference (USD)", Kind: format.Money},
	}
	row := func(c *reprice.Change) []any {
		return []any{c.Provider, c.Model, c.Calls, c.Changed, c.Gained, c.Lost, c.Left, c.Unpriced, c.Before, c.After, c.Difference()}
	}
	table := format.Table{Name: "models", Columns: columns}
	for i := range r.Models {
		table.Rows = append(table.Rows, row(&r.Models[i]))
	}
	total := row(&r.Total)
	total[0], total[1] = "all calls of the period", ""
	table.Rows = append(table.Rows, total)
	doc := &format.Document{
		Name:   "reprice",
		Title:  fmt.Sprintf("Calls priced again with catalogue %s", r.Version),
		Period: format.Period{From: r.From, Until: r.Until, Zone: time.UTC},
		Tables: []format.Table{table},
	}
	if r.Total.Changed > 0 && r.Total.Difference().IsZero() {
		doc.Notes = append(doc.Notes, "Changed also counts calls whose status or reason changes and whose amount does not: for example, a call that is now free instead of unpriced.")
	}
	if r.Total.Left > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf(
			"%s not changed: an earlier release did not store the citation tokens that determine the price.", format.Counted(r.Total.Left, "call")))
	}
	if r.Total.Lost > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s without the price that the ledger has: if the collector has a price file, name it with --price-file.",
			format.Counted(r.Total.Lost, "call")))
	}
	if r.Total.Unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s without a price with this catalogue: a price file has the price of a model under the provider of the call, as in the table (why: %s).",
			format.Counted(r.Total.Unpriced, "call"), period.Command("report cost --by cost_reason,provider,model")))
	}
	switch {
	case r.Total.Changed == 0:
		doc.Notes = append(doc.Notes, "Nothing changes.")
	case r.Applied:
		doc.Notes = append(doc.Notes, "Written. The previous costs are kept in past_costs.")
	default:
		doc.Notes = append(doc.Notes, "Nothing was written: --apply writes the corrections.")
	}
	return doc
}
