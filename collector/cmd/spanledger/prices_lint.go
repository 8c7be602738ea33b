package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func newPricesLintCommand() *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Check price files and list problems by line",
		Long: `Check price files. A collector does not use a file with errors, such as overlapping or
interrupted periods, unknown keys, patterns that would match other models, or negative
rates.

Warnings are about entries that are allowed but probably wrong:

  - implausible rates, such as cache reads that cost more than input, or a rate per
    token instead of per million tokens
  - multipliers that are percentages
  - unknown names, such as a misspelled provider or an alias of no model`,
		Example: `  spanledger prices import --from litellm model_prices.json > prices.json
  spanledger prices lint prices.json`,
		Args: minimumArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			failed := false
			for _, file := range files {
				data, err := plainfile.Read(file)
				if err != nil {
					return wrongFile("FILE", file, err)
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
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 if there are warnings")
	return cmd
}
