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
Warnings name implausible rates, such as cache reads that cost more than input.`,
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
