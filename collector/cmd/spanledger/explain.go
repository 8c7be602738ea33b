package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/explain/emitted"
)

func newExplainCommand() *cobra.Command {
	var (
		store    storeFlags
		period   periodFlags
		output   outputFlags
		prices   priceFlags
		otlp     string
		settings emitted.Settings
	)
	cmd := &cobra.Command{
		Use:   "explain SPAN-ID|most-expensive",
		Short: "Show step by step how a call's cost was calculated",
		Long: `Show step by step how the cost of one call was calculated: the usage that its sender
reported, each line item with its rate, the period and the source of the rate, the
other spans that report the same call and why they are not billed, and the vendor's
own amount.

--otlp FILE reads spans from a file instead of the ledger, in OTLP JSON as the
Collector's file exporter writes it. It normalizes and prices them, and shows each
attribute before and after. Without SPAN-ID it shows all spans of the file. FILE - is
stdin.`,
		Example: `  spanledger explain most-expensive --since 7d
  spanledger explain 00f067aa0ba902b7 --since 30d
  spanledger explain --otlp spans.json`,
		Args: maximumArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, err := prices.catalogue()
			if err != nil {
				return err
			}
			var span ledger.SpanID
			mostExpensive := len(args) == 1 && args[0] == "most-expensive"
			switch {
			case mostExpensive && otlp != "":
				return usagef("most-expensive reads the ledger: with --otlp, give a span id of the file, or none for all spans")
			case len(args) == 0 && otlp == "":
				return usagef("the span id is missing (list ids with: %s)", suggest(cmd, "calls --format json"))
			case len(args) == 1 && !mostExpensive:
				if span, err = ledger.ParseSpanID(args[0]); err != nil {
					return usagef("%w; give a span id, or most-expensive", err)
				}
			}
			if otlp != "" {
				settings.PriceFile = prices.file
				return explainSent(cmd, otlp, span, settings, &output)
			}
			asked, err := period.period(time.Now())
			if err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				if mostExpensive {
					found, err := report.Calls(cmd.Context(), reader, report.CallsQuestion{Period: asked, Order: ledger.DearestFirst, Top: 1})
					if err != nil {
						return nil, err
					}
					if len(found.Calls) == 0 {
						return nil, fmt.Errorf("no call %s: try a longer --since", fromTo(asked))
					}
					span = found.Calls[0].SpanID
				}
				walk, err := explain.Find(cmd.Context(), reader, span, asked.From, asked.Until, catalogue)
				if errors.Is(err, ledger.ErrNotFound) {
					return nil, fmt.Errorf("%w %s (try a longer --since; list ids with: %s)", err, fromTo(asked), suggest(cmd, "calls --format json"))
				}
				return walk, err
			})
		},
	}
	cmd.Flags().StringVar(&otlp, "otlp", "", "read spans from this file in OTLP JSON instead of the ledger; - reads stdin")
	cmd.Flags().StringSliceVar(&settings.Gateways, "gateway", nil, "with --otlp: private hosts of gateways, as in the collector's configuration")
	cmd.Flags().StringSliceVar(&settings.SelfHosted, "self-hosted", nil, "with --otlp: hosts of your own model servers, as in the collector's configuration")
	prices.add(cmd)
	period.add(cmd, "30d")
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// explainSent shows the spans of a file before and after each part of the pipeline.
func explainSent(cmd *cobra.Command, file string, span ledger.SpanID, settings emitted.Settings, output *outputFlags) (err error) {
	var in io.Reader = cmd.InOrStdin()
	if file != "-" {
		f, err := plainfile.Open(file)
		if err != nil {
			return wrongFile("--otlp", file, err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	td, err := emitted.Read(in)
	if err != nil {
		return unreadable("--otlp "+file, err)
	}
	a, err := emitted.Follow(cmd.Context(), td, span, settings)
	if err != nil {
		return err
	}
	return output.write(cmd, a.Document())
}
