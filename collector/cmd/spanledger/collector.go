package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/distro"
)

const collectorLong = `Run the OpenTelemetry Collector with spanledger's components.

This is the Collector's own command. --config may be repeated, --set changes single
values, and the subcommands validate and print a configuration.

Memory: the garbage collector runs when the heap has tripled (GOGC=200), and keeps
the process below half of the memory of the container or machine (GOMEMLIMIT).
Values in the environment take precedence.`

// newCollectorCommand returns the Collector's own command as a subcommand.
func newCollectorCommand() *cobra.Command {
	cmd := distro.NewCommand()
	cmd.Use = "collector"
	cmd.Short = "Run the collector with your own configuration"
	cmd.Long = collectorLong
	cmd.Example = `  spanledger collector --config otel-collector.yaml
  spanledger collector validate --config otel-collector.yaml`
	// The version of the binary is that of the command root.
	cmd.Version = ""
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := distro.TuneMemory(); err != nil {
			return fmt.Errorf("memory of the collector (hint: set GOMEMLIMIT): %w", err)
		}
		distro.UseHugePages()
		defer distro.BoundHeap()()
		err := run(cmd, args)
		if cmd.Context().Err() != nil && errors.Is(err, context.Canceled) {
			return nil // it was told to end while it started
		}
		return err
	}
	nameConfigFiles(cmd)
	return cmd
}

// nameConfigFiles lets the command, and those below it that take a configuration,
// say which of its files is wrong.
func nameConfigFiles(cmd *cobra.Command) {
	if flag := cmd.Flags().Lookup("config"); flag != nil && cmd.RunE != nil {
		run := cmd.RunE
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if !changed(cmd.Flags(), "config", "set") {
				return usagef("--config is missing: name a file, such as otel-collector.yaml, or use `spanledger up`, which needs none")
			}
			files := configFiles(flag.Value.String())
			if err := readableConfigs(files); err != nil {
				return err
			}
			if err := run(cmd, args); err != nil {
				return withConfigFile(distro.ExplainConfigError(err), files)
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		nameConfigFiles(sub)
	}
}

// configFiles reads the list as the Collector's flag prints it.
func configFiles(printed string) []string {
	return strings.Split(strings.Trim(printed, "[]"), ", ")
}
