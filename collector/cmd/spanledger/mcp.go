package main

import (
	"context"
	"errors"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/mcpserver"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

func newMCPCommand() *cobra.Command {
	var store storeFlags
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve reports to coding agents over MCP",
		Long: `Serve the reports as tools of the Model Context Protocol (MCP), over standard input and
output, so that Claude Code, Cursor or VS Code can ask what calls cost and why. The
tools only read. A running collector serves the same at /mcp of the ledger API. With
--server, it answers with the prices, rules and budgets of that collector.

To add it to Claude Code: claude mcp add spanledger -- spanledger mcp`,
		Example: `  spanledger mcp --store duckdb:///var/lib/spanledger/ledger.duckdb
  spanledger mcp --server http://127.0.0.1:8890`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			api, closeStore, err := store.reports(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeStore()) }()
			server, err := mcpserver.New(api, cmd.Root().Version)
			if err != nil {
				return err
			}
			return server.Run(cmd.Context(), mcpserver.Stdio(os.Stdin, os.Stdout))
		},
	}
	store.add(cmd)
	return cmd
}

// reports is the API of a running collector, or one like it for a store.
func (f *storeFlags) reports(ctx context.Context) (api http.Handler, closeStore func() error, err error) {
	reader, closeStore, err := f.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	if client, isRemote := reader.(*remote.Client); isRemote {
		return client.Reports(), closeStore, nil
	}
	return reportapi.Handler(reader), closeStore, nil
}
