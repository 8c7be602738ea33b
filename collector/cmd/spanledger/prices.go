package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prices",
		Short: "Show, check and correct prices",
		Long: `Show, check and correct the prices that calls are billed at. Each built-in price has
the period in which it is valid. Your own price file (--price-file) overrides it, as in
the collector.`,
		Example: `  spanledger prices show gpt-5 --at 2026-03-01
  spanledger prices cost --provider openai --model gpt-5 --input 8000 --cache-read 3000 --output 900`,
	}
	cmd.AddCommand(
		newPricesCommitmentsCommand(),
		newPricesCostCommand(),
		newPricesCoverageCommand(),
		newPricesDiffCommand(),
		newPricesImportCommand(),
		newPricesLintCommand(),
		newPricesListCommand(),
		newPricesRepriceCommand(),
		newPricesShowCommand(),
	)
	return cmd
}

// priceFlags choose the catalogue.
type priceFlags struct{ file string }

func (f *priceFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "price-file", "", "your own price file, which overrides the built-in prices")
}

func (f *priceFlags) catalogue() (*pricing.Catalogue, error) {
	if f.file == "" {
		return pricing.Default(), nil
	}
	over, err := readPrices(f.file)
	if err != nil {
		return nil, wrongContent("--price-file", f.file, err)
	}
	catalogue, err := pricing.Default().With(over)
	if err != nil {
		return nil, wrongContent("--price-file", f.file, err)
	}
	return catalogue, nil
}

// builtIn names the built-in prices where a file is expected.
const builtIn = "built-in"

func readPrices(file string) (*pricing.Catalogue, error) {
	if file == builtIn {
		return pricing.Default(), nil
	}
	return readPriceFile(file)
}

func readPriceFile(file string) (*pricing.Catalogue, error) {
	data, err := plainfile.Read(file)
	if err != nil {
		return nil, err
	}
	return pricing.Parse(file, data)
}

// atFlag is the moment prices are asked for.
type atFlag struct{ text string }

func (f *atFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.text, "at", "", "time: 2026-03-01 or 2026-03-01T14:00:00Z (default: now)")
}

func (f *atFlag) instant() (time.Time, error) {
	if f.text == "" {
		return time.Now().UTC(), nil
	}
	at, err := report.ParseInstant(f.text, time.UTC)
	if err != nil {
		return time.Time{}, usagef("--at %q: %w", f.text, err)
	}
	return at, nil
}

// at reads the catalogue, and the moment that is asked about.
func (f *priceFlags) at(at *atFlag) (*pricing.Catalogue, time.Time, error) {
	catalogue, err := f.catalogue()
	if err != nil {
		return nil, time.Time{}, err
	}
	when, err := at.instant()
	return catalogue, when, err
}

// errProblems ends a check that found errors; the findings have been written.
var errProblems = errors.New("the catalogue has errors")
