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
		Short:   "Print the version",
		Example: "  spanledger version",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "spanledger %s %s %s/%s\n", distro.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
