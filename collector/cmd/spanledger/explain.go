package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

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
		Short: "Show step by step why a call costs what it costs",
		Long: `Show one call step by step: what its sender said of it, the usage that was made of
that, the rate of each line of the bill with its source and period, the other spans
that report the same call and why they are not billed, and the vendor's own amount.

--otlp FILE reads spans as they were sent (OTLP JSON, as the Collector's file exporter
writes it; - is stdin) instead of the ledger, runs them through the normaliser and
pricing, and shows each attribute before and after. Without SPAN-ID it shows them all.`,
		Example: `  spanledger explain most-expensive --since 7d
  spanledger explain 00f067aa0ba902b7 --since 30d
  spanledger explain --otlp spans.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, err := prices.catalogue()
			if err != nil {
				return err
			}
			var span ledger.SpanID
			mostExpensive := len(args) == 1 && args[0] == "most-expensive"
			switch {
			case len(args) == 0 && otlp == "", mostExpensive && otlp != "":
				return usagef("give the id of a span (list ids with: spanledger calls --format json)")
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
			return answer(cmd, &store, &output, func(reader ledger.Reader) (documenter, error) {
				if mostExpensive {
					found, err := report.Calls(cmd.Context(), reader, report.CallsQuestion{Period: asked, Order: ledger.DearestFirst, Top: 1})
					if err != nil {
						return nil, err
					}
					if len(found.Calls) == 0 {
						return nil, fmt.Errorf("no call since %s: try a longer --since", asked.From.Format("2006-01-02 15:04 MST"))
					}
					span = found.Calls[0].SpanID
				}
				walk, err := explain.Find(cmd.Context(), reader, span, asked.From, asked.Until, catalogue)
				if errors.Is(err, ledger.ErrNotFound) {
					return nil, fmt.Errorf("%w since %s (list ids with: spanledger calls --format json)", err, asked.From.Format("2006-01-02 15:04 MST"))
				}
				return walk, err
			})
		},
	}
	cmd.Flags().StringVar(&otlp, "otlp", "", "file of spans as they were sent, in OTLP JSON; - reads stdin")
	cmd.Flags().StringSliceVar(&settings.Gateways, "gateway", nil, "with --otlp: the gateways of the collector")
	cmd.Flags().StringSliceVar(&settings.SelfHosted, "self-hosted", nil, "with --otlp: the self-hosted model servers of the collector")
	prices.add(cmd)
	period.add(cmd, "30d")
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// explainSent follows spans of a file through the pipeline.
func explainSent(cmd *cobra.Command, file string, span ledger.SpanID, settings emitted.Settings, output *outputFlags) (err error) {
	var in io.Reader = cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	td, err := emitted.Read(in)
	if err != nil {
		return fmt.Errorf("--otlp %s: %w", file, err)
	}
	a, err := emitted.Follow(cmd.Context(), td, span, settings)
	if err != nil {
		return err
	}
	return output.write(cmd, a.Document())
}
