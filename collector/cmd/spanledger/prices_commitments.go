package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newPricesCommitmentsCommand() *cobra.Command {
	var (
		prices priceFlags
		store  storeFlags
		output outputFlags
		filter filterFlags
		month  string
		by     dimensionFlags
	)
	cmd := &cobra.Command{
		Use:   "commitments",
		Short: "Allocate fixed monthly costs by usage",
		Long: `Allocate fixed monthly costs, such as provisioned throughput or a dedicated endpoint,
which the price file lists under commitments. Each is divided over the calls to its
models in proportion to their tokens, to the last digit. These costs are in addition
to the cost of calls in reports and chargeback. Months are UTC.`,
		Example: `  spanledger prices commitments --price-file prices.json --month 2026-10
  spanledger prices commitments --price-file prices.json --by department,application`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			if month == "" {
				month = now.Format("2006-01")
			}
			period, err := report.ParseMonth(month, time.UTC)
			if err != nil {
				return usagef("--month: %w", err)
			}
			if period.From.After(now) {
				return usagef("--month %s is in the future: name a month that has begun", month)
			}
			dimensions, err := by.dimensions()
			if err != nil {
				return err
			}
			where, err := filter.conditions()
			if err != nil {
				return err
			}
			catalogue, err := prices.catalogue()
			if err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				return report.Commitments(cmd.Context(), reader, report.CommitmentsQuestion{
					Month: period, By: dimensions, Where: where, Catalogue: catalogue,
				})
			})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "calendar month, such as 2026-10 (default: this one)")
	by.add(cmd, ledger.ByDepartment)
	prices.add(cmd)
	filter.add(cmd)
	output.add(cmd)
	store.add(cmd)
	return cmd
}
