package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/distro"
)

const collectorLong = `Run the OpenTelemetry Collector with spanledger's components.

This is the Collector's own command: --config may be given several times, --set
changes single values, and the sub-commands check and print a configuration.

Garbage is collected when the heap has grown threefold, and at half of the memory
of the container or machine as often as it takes. GOGC and GOMEMLIMIT in the
environment take precedence.`

// newCollectorCommand puts the Collector's own command under a name of ours.
func newCollectorCommand() *cobra.Command {
	cmd := distro.NewCommand()
	cmd.Use = "collector"
	cmd.Short = "Run the collector with a configuration of your own"
	cmd.Long = collectorLong
	cmd.Example = `  spanledger collector --config otel-collector.yaml
  spanledger collector validate --config otel-collector.yaml`
	// The version of the binary is that of the command root.
	cmd.Version = ""
	// The Collector listens for signals itself and drains before it ends; a
	// context that ends with the first signal would cut that short.
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cmd.SetContext(context.WithoutCancel(cmd.Context()))
		if err := distro.TuneMemory(); err != nil {
			return fmt.Errorf("memory of the collector (cure: set GOMEMLIMIT): %w", err)
		}
		return run(cmd, args)
	}
	return cmd
}
