package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/distro"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print version, commit and date",
		Example: "  spanledger version",
		RunE:    func(cmd *cobra.Command, _ []string) error { return printVersion(cmd) },
	}
}

func printVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprintln(cmd.OutOrStdout(), "spanledger", versionText())
	return err
}

func versionText() string {
	return fmt.Sprintf("%s, %s %s/%s", distro.ReadBuild(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
