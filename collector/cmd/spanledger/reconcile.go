package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/reconcile"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newReconcileCommand() *cobra.Command {
	var (
		store     storeFlags
		prices    priceFlags
		output    outputFlags
		provider  string
		files     []string
		tolerance string
		all       bool
	)
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare the ledger with a vendor's own report",
		Long: `Compare the ledger with a vendor's own usage or cost report, by UTC day and model:
what matches, what is missing on either side, the difference in tokens and money,
and the likely cause.

Supported reports: OpenAI's organization usage (group_by=model, bucket_width=1d) and
costs (group_by=line_item); Anthropic's usage report (group_by[]=model) and cost
report (group_by[]=description); AWS cost and usage reports, legacy and 2.0, Azure's
cost export, Google's billing export (CSV, or JSON of BigQuery) and FOCUS. Give all
pages of a report; an incomplete report is rejected. Items other than model calls, such
as storage or tax, are left out and counted.`,
		Example: `  spanledger reconcile --provider openai --file usage.json
  spanledger reconcile --provider aws.bedrock --file cur-00001.csv
  spanledger reconcile --provider anthropic --file cost-1.json --file cost-2.json --all`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			catalogue, err := prices.catalogue()
			if err != nil {
				return err
			}
			if provider == "" || len(files) == 0 {
				return usagef("--provider and --file are required: give the vendor and the file of its report")
			}
			if !catalogue.SameProvider(provider, provider) {
				return usagef("--provider %q is unknown: use one of %s", provider, strings.Join(catalogue.Providers(), ", "))
			}
			export, err := readExports(files)
			if err != nil {
				return err
			}
			opts := reconcile.Options{Provider: provider, Catalogue: catalogue}
			if opts.Tolerance, err = udecimal.Parse(tolerance); err != nil || opts.Tolerance.IsNeg() {
				return usagef("--tolerance %q: use an amount in USD, such as 0.01", tolerance)
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				result, err := reconcile.Compare(cmd.Context(), reader, export, opts)
				return reconciliation{result, all}, err
			})
		},
	}
	cmd.Flags().StringVar(&provider, "provider", "", "vendor of the report: openai, anthropic, aws.bedrock, ...")
	cmd.Flags().StringArrayVar(&files, "file", nil, "file of the report; repeat the flag for more pages")
	cmd.Flags().StringVar(&tolerance, "tolerance", "0.01", "difference in USD per day and model that is ignored")
	cmd.Flags().BoolVar(&all, "all", false, "show matching rows too")
	prices.add(cmd)
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// readExports reads the pages of one report.
func readExports(files []string) (*reconcile.Export, error) {
	var whole *reconcile.Export
	for _, file := range files {
		data, err := plainfile.Read(file)
		if err != nil {
			return nil, wrongFile("--file", file, err)
		}
		export, err := reconcile.Read(file, data)
		if err != nil {
			return nil, err
		}
		if whole == nil {
			whole = export
			continue
		}
		if whole.Kind != export.Kind {
			return nil, usagef("--file %s is a %s report, the first file is a %s report: give pages of one report", file, export.Kind, whole.Kind)
		}
		whole.Add(export)
	}
	return whole, nil
}

type reconciliation struct {
	*reconcile.Result
	all bool
}

// Document implements reportResult. Figures that the report does not state are
// left out.
func (r reconciliation) Document() *format.Document {
	columns := []format.Column{
		{Key: "day", Header: "Day (UTC)"},
		{Key: "model", Header: "Model"},
		{Key: "verdict", Header: "Verdict"},
	}
	type figure struct {
		column format.Column
		of     func(*reconcile.Row) any
	}
	var figures []figure
	if r.Export.HasUsage {
		figures = append(figures,
			figure{format.Column{Key: "vendor_tokens", Header: "Vendor tokens", Kind: format.Count}, func(w *reconcile.Row) any { return w.Vendor.Input + w.Vendor.Output }},
			figure{format.Column{Key: "ledger_tokens", Header: "Ledger tokens", Kind: format.Count}, func(w *reconcile.Row) any { return w.Ledger.Input + w.Ledger.Output }},
			figure{format.Column{Key: "difference_tokens", Header: "Difference", Kind: format.Count}, func(w *reconcile.Row) any { return w.Tokens() }},
		)
	}
	if r.Export.HasCost {
		figures = append(figures,
			figure{format.Column{Key: "vendor_usd", Header: "Vendor (USD)", Kind: format.Money}, func(w *reconcile.Row) any { return w.Vendor.Cost }},
			figure{format.Column{Key: "ledger_usd", Header: "Ledger (USD)", Kind: format.Money}, func(w *reconcile.Row) any { return w.Ledger.Cost }},
			figure{format.Column{Key: "difference_usd", Header: "Difference (USD)", Kind: format.Money}, func(w *reconcile.Row) any { return w.Difference() }},
		)
	}
	for _, f := range figures {
		columns = append(columns, f.column)
	}
	table := format.Table{Name: "days", Columns: append(columns, format.Column{Key: "cause", Header: "Likely cause"})}
	line := func(day, model string, w *reconcile.Row) []any {
		row := []any{day, model, string(w.Verdict)}
		for _, f := range figures {
			row = append(row, f.of(w))
		}
		return append(row, w.Cause)
	}
	matched := 0
	for i := range r.Rows {
		w := &r.Rows[i]
		if w.Verdict == reconcile.Matched {
			if matched++; !r.all {
				continue
			}
		}
		table.Rows = append(table.Rows, line(w.Day.Format(time.DateOnly), w.Model, w))
	}
	table.Total = line("total", "", &r.Total)
	return &format.Document{
		Name:   "reconciliation",
		Title:  fmt.Sprintf("Ledger compared with %s", r.Export.Kind),
		Period: format.Period{From: r.From, Until: r.Until, Zone: time.UTC},
		Tables: []format.Table{table},
		Notes:  append([]string{fmt.Sprintf("%d of %d days and models match.", matched, len(r.Rows))}, r.leftOut()...),
	}
}

// leftOut says what of the report is about no model calls.
func (r reconciliation) leftOut() []string {
	if len(r.Export.LeftOut) == 0 {
		return nil
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(r.Export.LeftOut)) {
		sum := r.Export.LeftOut[what]
		parts = append(parts, fmt.Sprintf("%s (%s, %s)", what, format.Counted(int64(sum.Positions), "item"), sum.Cost))
	}
	return []string{"Left out because they are no model calls: " + strings.Join(parts, "; ") + "."}
}
