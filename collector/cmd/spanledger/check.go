package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/health"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

const checkLong = `Check an installation: the ledger answers and has the schema of this binary, calls
arrive with price and attribution, and the catalogue is recent.

  --otlp        sends a test span and waits for it in the ledger
  --jaeger      also looks for the test span in Jaeger
  --prometheus  checks the targets and rules of Prometheus
  --end-to-end  does all three at the addresses of the shipped configuration

The test span is a step of the application spanledger-check. It is not a call, so
it is not billed. Every warning and every failed check has a hint.

Exit codes: 0 if no check failed, 1 if a check failed (with --strict, also if one
warned), 2 for wrong usage.`

// The addresses of the shipped configuration.
const (
	defaultOTLP       = "http://127.0.0.1:4317"
	defaultPrometheus = "http://127.0.0.1:9090"
	defaultJaeger     = "http://127.0.0.1:16686"
)

// otlpVariable is the address that applications send to; the test span is sent there too.
const otlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT"

func newCheckCommand() *cobra.Command {
	var (
		store            storeFlags
		output           outputFlags
		at               health.Installation
		endToEnd, strict bool
		priceAge         string
	)
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check an installation from end to end",
		Long:  checkLong,
		Example: `  spanledger check
  spanledger check --end-to-end
  spanledger check --server http://127.0.0.1:8890 --otlp http://127.0.0.1:4317 --format json
  spanledger check --otlp http://collector:4317 --prometheus http://prometheus:9090 --jaeger http://jaeger:16686 --strict`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if _, err := output.format(); err != nil {
				return err
			}
			if at.PriceAge, err = report.ParseLength(priceAge); err != nil {
				return usagef("--price-age %q: %w", priceAge, err)
			}
			if at.Wait <= 0 {
				return usagef("--wait %s: expected a duration above zero, such as 15s", at.Wait)
			}
			if endToEnd {
				at.OTLP = cmp.Or(at.OTLP, os.Getenv(otlpVariable), defaultOTLP)
				at.Prometheus = cmp.Or(at.Prometheus, defaultPrometheus)
				at.Jaeger = cmp.Or(at.Jaeger, defaultJaeger)
			}
			for _, server := range []struct{ flag, url, standard string }{
				{"otlp", at.OTLP, defaultOTLP}, {"prometheus", at.Prometheus, defaultPrometheus}, {"jaeger", at.Jaeger, defaultJaeger},
			} {
				if err := serverURL(server.flag, server.url, server.standard); err != nil {
					return err
				}
			}
			at.Prices = pricing.Default()
			at.Ledger = givenFlags(cmd, ledgerNames)
			reader, closeStore, openError := store.openAny(cmd.Context())
			switch {
			case isUsage(openError):
				return openError
			case openError != nil: // reported as a finding
				at.OpenError = openError
			default:
				at.Reader = reader
				defer func() { err = errors.Join(err, closeStore()) }()
			}
			found := at.Examine(cmd.Context(), time.Now())
			if err := output.write(cmd, found.Document()); err != nil {
				return err
			}
			return checkOutcome(found, strict)
		},
	}
	cmd.Flags().StringVar(&at.OTLP, "otlp", "", "send a test span to this OTLP endpoint, for example "+defaultOTLP+"; headers, certificates and protocol come from $OTEL_EXPORTER_OTLP_*")
	cmd.Flags().StringVar(&at.Prometheus, "prometheus", "", "check the targets and rules of this Prometheus, for example "+defaultPrometheus)
	cmd.Flags().StringVar(&at.Jaeger, "jaeger", "", "look for the test span in this Jaeger, for example "+defaultJaeger)
	cmd.Flags().BoolVar(&endToEnd, "end-to-end", false, "check OTLP, Prometheus and Jaeger, by default at the addresses of the shipped configuration (or $"+otlpVariable+")")
	cmd.Flags().DurationVar(&at.Wait, "wait", health.DefaultWait, "how long to wait for the test span")
	cmd.Flags().StringVar(&priceAge, "price-age", fmt.Sprintf("%dd", health.DefaultPriceAge/(24*time.Hour)), "maximum age of the catalogue: 720h, 60d, 8w")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 if there are warnings")
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// checkOutcome is the error that ends the command; the findings say why.
func checkOutcome(found health.Findings, strict bool) error {
	failed, warned := found.Count(health.Failed), found.Count(health.Warning)
	switch {
	case failed > 0:
		return fmt.Errorf("%d of %d checks failed", failed, len(found))
	case strict && warned > 0:
		return fmt.Errorf("%d of %d checks %s a warning", warned, len(found), format.Verb(int64(warned), "has", "have"))
	}
	return nil
}
