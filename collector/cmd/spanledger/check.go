package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/health"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// errCheckFailed ends `check` with exit code 1; the findings say why.
var errCheckFailed = errors.New("the ledger cannot be read")

func newCheckCommand() *cobra.Command {
	var (
		store  storeFlags
		output outputFlags
	)
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Whether the ledger can be relied on: reachable, fed, priced, attributed",
		Example: `  spanledger check
  spanledger check --server http://127.0.0.1:8890 --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var findings health.Findings
			err := answer(cmd, &store, &output, func(reader ledger.Reader) (documenter, error) {
				findings = health.Examine(cmd.Context(), reader, pricing.Default(), time.Now())
				return findings, nil
			})
			if err == nil && findings.Failed() {
				return errCheckFailed
			}
			return err
		},
	}
	output.add(cmd)
	store.add(cmd)
	return cmd
}
