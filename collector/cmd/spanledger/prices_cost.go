package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/pricing/casefile"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func newPricesCostCommand() *cobra.Command {
	var (
		prices priceFlags
		at     atFlag
		output outputFlags
		file   string
		call   pricing.Call
	)
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Calculate the cost of a call, line by line",
		Long: `Calculate the cost of a call, line by line. --input includes cache reads and
writes, --output includes reasoning.

--file prices a list of calls and writes one JSON object for each: id, status,
cost_usd (null if there is no price), reason, detail, free, flags,
line_items and the catalogue version. Each element of the list has an id, a
provider, a model, a timestamp, usage and attributes.`,
		Example: `  spanledger prices cost --provider openai --model gpt-5 --input 8000 --cache-read 3000 --output 900
  spanledger prices cost --provider anthropic --model claude-sonnet-4-5 --at 2025-12-01 --input 250000 --output 1000 --tier batch
  spanledger prices cost --file cases.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			catalogue, err := prices.catalogue()
			if err != nil {
				return err
			}
			if file != "" && call.RequestModel != "" {
				return usagef("--file and --model: give only one of them")
			}
			if file != "" {
				return priceCases(cmd.OutOrStdout(), catalogue, file)
			}
			if call.RequestModel == "" {
				return usagef("--model is missing: name a model, or a list of calls with --file")
			}
			if call.Provider == "" {
				return usagef("--provider is missing: name the vendor that bills, such as openai (find it with: %s)", suggest(cmd, "prices show "+call.RequestModel))
			}
			if f, negative := call.Usage.FirstNegative(); negative {
				return usagef("--%s %d: expected 0 or more", usageFlag(f), call.Usage[f])
			}
			if call.Start, err = at.instant(); err != nil {
				return err
			}
			result := catalogue.Price(&call)
			return output.write(cmd, costDocument(catalogue, &call, &result))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&file, "file", "", "price the list of calls in this file; - reads stdin")
	flags.StringVar(&call.Provider, "provider", "", "vendor that bills: openai, anthropic, aws.bedrock, ...")
	flags.StringVar(&call.RequestModel, "model", "", "model id")
	flags.StringVar(&call.ServedTier, "tier", "", "service tier as served: batch, flex, priority")
	flags.StringVar(&call.Speed, "speed", "", "speed as served: fast")
	flags.StringVar(&call.Region, "region", "", "region or zone of the endpoint")
	flags.StringVar(&call.DataResidency, "data-residency", "", "residency zone of the endpoint: eu, us")
	flags.StringVar(&call.InferenceGeo, "inference-geo", "", "where inference ran: us, global")
	flags.StringVar(&call.SearchContextSize, "search-context-size", "", "low, medium or high")
	flags.DurationVar(&call.Duration, "duration", 0, "wall time, for models billed by GPU time")
	for f := range usage.NumBilled {
		flags.Int64Var(&call.Usage[f], usageFlag(f), 0, f.Help())
	}
	prices.add(cmd)
	at.add(cmd)
	output.add(cmd)
	return cmd
}

// usageFlag is the flag of a count.
func usageFlag(f usage.Field) string { return strings.ReplaceAll(f.Name(), "_", "-") }

// costDocument explains a result.
func costDocument(catalogue *pricing.Catalogue, call *pricing.Call, r *pricing.Result) *format.Document {
	table := format.Table{Name: "lines", Columns: []format.Column{
		{Key: "kind", Header: "Kind"},
		{Key: "quantity", Header: "Quantity", Kind: format.Count},
		{Key: "rate_usd", Header: "Rate (USD)"},
		{Key: "per", Header: "Per"},
		{Key: "multiplier", Header: "Multiplier"},
		{Key: "cost_usd", Header: "Cost (USD)"},
	}}
	for _, line := range r.Lines {
		table.Rows = append(table.Rows, []any{
			line.Kind, line.Quantity, line.Rate.String(), explain.Unit(line.Per), line.Multiplier.String(), line.Amount.String(),
		})
	}
	table.Empty = "no line items"
	doc := &format.Document{
		Name:   "price",
		Title:  strings.TrimSpace(fmt.Sprintf("%s %s at %s: %s", call.Provider, call.Model(), call.Start.Format(time.RFC3339), outcome(r))),
		Tables: []format.Table{table},
	}
	if r.HasAmount() {
		table.Total = []any{"total", nil, nil, nil, nil, r.Amount.String()}
		doc.Tables[0] = table
	}
	if why := withoutAmount(catalogue, call, r); why != "" {
		doc.Notes = append(doc.Notes, why)
	}
	if r.Model != "" {
		found := fmt.Sprintf("Price of %s/%s, mode %s", r.Provider, r.Model, r.Mode)
		if r.Region != "" {
			found += ", region " + r.Region
		}
		if r.Tier > 0 {
			found += fmt.Sprintf(", long context from %d input tokens", r.Tier)
		}
		if r.Window != "" {
			found += ", window " + r.Window
		}
		doc.Notes = append(doc.Notes, found+".")
	}
	if names := r.Flags.Names(); len(names) > 0 {
		doc.Notes = append(doc.Notes, "Assumed: "+strings.Join(names, ", ")+".")
	}
	doc.Notes = append(doc.Notes, "Catalogue "+r.Version+".")
	return doc
}

// withoutAmount says why there is no amount; "" if there is one.
func withoutAmount(catalogue *pricing.Catalogue, call *pricing.Call, r *pricing.Result) string {
	switch {
	case r.HasAmount():
		return ""
	case r.Reason == pricing.UnknownProvider:
		return fmt.Sprintf("--provider %q is unknown: use one of %s.", call.Provider, strings.Join(catalogue.Providers(), ", "))
	case r.Reason == pricing.SubsetTooBig:
		if text := exceeded(&call.Usage, r.Detail); text != "" {
			return text
		}
	}
	return explain.Why(string(r.Reason), "").Text
}

// exceeded puts "cache_read + cache_write > input" in terms of the flags; "" if it has
// other words than counts.
func exceeded(counts *usage.Counts, detail string) string {
	parts, whole, _ := strings.Cut(detail, " > ")
	total, ok := usage.ByName(whole)
	if !ok {
		return ""
	}
	var flags []string
	for part := range strings.SplitSeq(parts, " + ") {
		f, ok := usage.ByName(part)
		if !ok {
			return ""
		}
		flags = append(flags, "--"+usageFlag(f))
	}
	verb := "exceeds"
	if len(flags) > 1 {
		verb = "together exceed"
	}
	return fmt.Sprintf("%s %s --%s (%d).", strings.Join(flags, " and "), verb, usageFlag(total), counts[total])
}

func outcome(r *pricing.Result) string {
	if r.HasAmount() {
		return fmt.Sprintf("%s, %s %s", r.Status, r.Amount, pricing.Currency)
	}
	if r.Detail == "" {
		return fmt.Sprintf("%s, %s", r.Status, r.Reason)
	}
	return fmt.Sprintf("%s, %s (%s)", r.Status, r.Reason, r.Detail)
}

// pricedCase is one line of the answer to a list. The list counts a known zero
// among the priced, so Status does too and Free distinguishes them.
type pricedCase struct {
	ID        string          `json:"id"`
	Status    pricing.Status  `json:"status"`
	Cost      *string         `json:"cost_usd"`
	Reason    pricing.Reason  `json:"reason"`
	Detail    string          `json:"detail,omitempty"`
	Free      bool            `json:"free"`
	Flags     []string        `json:"flags,omitempty"`
	LineItems json.RawMessage `json:"line_items"`
	Catalogue string          `json:"catalog_version"`
}

// priceCases prices every case it can; mistakes in single cases are told at
// the end.
func priceCases(out io.Writer, catalogue *pricing.Catalogue, file string) error {
	in := io.ReadCloser(os.Stdin)
	if file != "-" {
		opened, err := plainfile.Open(file)
		if err != nil {
			return wrongFile("--file", file, err)
		}
		in = opened
	}
	defer in.Close()
	cases, err := casefile.Read(in)
	if err != nil {
		return unreadable(file, err)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var mistakes []error
	for i := range cases {
		result, err := cases[i].Price(catalogue)
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: case %q: %w", file, cases[i].ID, err))
			continue
		}
		if err := enc.Encode(answerCase(cases[i].ID, &result)); err != nil {
			return err
		}
	}
	return errors.Join(mistakes...)
}

func answerCase(id string, r *pricing.Result) pricedCase {
	answer := pricedCase{
		ID: id, Status: r.Status, Reason: r.Reason, Detail: r.Detail,
		Flags: r.Flags.Names(), LineItems: pricing.AppendLines(nil, r.Lines), Catalogue: r.Version,
	}
	if r.HasAmount() {
		answer.Cost = text(r.Amount)
	}
	if r.Status == pricing.Free {
		answer.Status, answer.Free = pricing.Priced, true
	}
	return answer
}

func text(d udecimal.Decimal) *string {
	s := d.String()
	return &s
}
