package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesLintCommand() *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Check price files and list problems by line",
		Long: `Check price files. A file with errors is not used: overlapping or interrupted
periods, unknown keys, patterns that would match other models, negative rates.
Warnings name what is allowed and rarely meant: implausible rates, such as cache
reads that cost more than input or a rate of one token where that of a million
belongs; multipliers that are percentages; names that mean nothing, such as a
misspelled provider or an alias of no model.`,
		Example: `  spanledger prices import --from litellm model_prices.json > prices.json
  spanledger prices lint prices.json`,
		Args: minimumArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			failed := false
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				problems := pricing.Lint(file, data)
				for _, p := range problems {
					fmt.Fprintln(cmd.OutOrStdout(), p)
					failed = failed || strict || p.Severity == pricing.Error
				}
				if len(problems) == 0 {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: no problems\n", file)
				}
			}
			if failed {
				return errProblems
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "fail on warnings too")
	return cmd
}
