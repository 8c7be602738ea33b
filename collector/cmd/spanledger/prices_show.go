package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesShowCommand() *cobra.Command {
	var (
		prices   priceFlags
		at       atFlag
		output   outputFlags
		provider string
		all      bool
	)
	cmd := &cobra.Command{
		Use:   "show MODEL",
		Short: "Show the prices of a model and their sources",
		Example: `  spanledger prices show gpt-5 --at 2026-03-01
  spanledger prices show claude-sonnet-4-5 --provider anthropic --all`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, when, err := prices.at(&at)
			if err != nil {
				return err
			}
			entries, reason := catalogue.Resolve(provider, args[0], when)
			if reason != "" {
				if err := mustHavePrices(catalogue, provider); err != nil {
					return err
				}
				return fmt.Errorf("model %q has no price at %s (%s): ids must match exactly (list them with: %s)", args[0], when.Format(time.RFC3339), reason, suggest(cmd, "prices list"))
			}
			doc := &format.Document{
				Name:  "price",
				Title: fmt.Sprintf("%s at %s, catalogue %s", args[0], when.Format("2006-01-02 15:04 MST"), catalogue.Version()),
			}
			for i := range entries {
				doc.Tables = append(doc.Tables, showTable(&entries[i], when, all))
				for _, note := range showNotes(&entries[i]) {
					if !slices.Contains(doc.Notes, note) {
						doc.Notes = append(doc.Notes, note)
					}
				}
			}
			doc.Notes = append([]string{confidenceNote}, doc.Notes...)
			return output.write(cmd, doc)
		},
	}
	cmd.Flags().StringVar(&provider, "provider", "", "only this provider (default: all that have the model)")
	cmd.Flags().BoolVar(&all, "all", false, "show all periods, not only the current one")
	prices.add(cmd)
	at.add(cmd)
	output.add(cmd)
	return cmd
}

// confidenceNote is the legend of a column.
const confidenceNote = "Confidence: A is a page of the vendor or two independent sources, B is one source or a disputed value, C is a guess."

func showTable(e *pricing.Entry, when time.Time, all bool) format.Table {
	name := e.Provider + "/" + e.Model.Model
	if e.Region != "" {
		name += " (" + e.Region + ")"
	}
	table := format.Table{Name: name, Title: name, Columns: []format.Column{
		{Key: "mode", Header: "Mode"},
		{Key: "from", Header: "From"},
		{Key: "until", Header: "Until"},
		{Key: "applies", Header: "Applies"},
		{Key: "rate", Header: "Rate"},
		{Key: "usd", Header: "USD"},
		{Key: "per", Header: "Per"},
		{Key: "status", Header: "Status"},
		{Key: "confidence", Header: "Confidence"},
		{Key: "sources", Header: "Sources"},
	}}
	for _, r := range e.Rates() {
		if !all && !r.InForce(when) {
			continue
		}
		table.Rows = append(table.Rows, []any{
			r.Mode, orText(r.From, "ever"), orText(r.Until, "open"), orText(r.Applies, "always"),
			r.Kind, r.Amount.String(), explain.Unit(r.Per), r.Status, r.Confidence, strings.Join(r.Sources, ", "),
		})
	}
	return table
}

func orText(text, absent string) string {
	if text == "" {
		return absent
	}
	return text
}

func showNotes(e *pricing.Entry) []string {
	notes := explain.Notes(e)
	for _, key := range slices.Sorted(maps.Keys(e.Titles)) {
		note := key + ": " + e.Titles[key].Title
		if read := e.Titles[key].Read; read != "" {
			note += " (read " + read + ")"
		}
		notes = append(notes, note)
	}
	return notes
}

// listRow is the standard price of an entry at a moment.
func listRow(e *pricing.Entry, when time.Time) ([]any, bool) {
	p := explain.ListPriceOf(e, when)
	return []any{
		e.Provider, e.Model.Model, e.Region, listedRate(p.Input), listedRate(p.CacheRead), listedRate(p.Output),
		strings.Join(p.Modes, ", "), e.Confidence, strings.Join(slices.Concat(e.IDs, e.Patterns), " "),
	}, p.InForce
}

// listedRate is a rate as it is in the price list, with all its digits.
func listedRate(rate *udecimal.Decimal) any {
	if rate == nil {
		return nil
	}
	return rate.String()
}
