package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthLimit is shorter than the time an orchestrator gives its probe.
const healthLimit = 2 * time.Second

func newHealthyCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "healthy",
		Short: "Say by exit code whether a collector is up, for container probes",
		Long: `Healthy asks the health_check extension of a collector and exits with 0 when it
is up, with 1 when it is not. The image has no shell, so this is its probe.`,
		Example: `  spanledger healthy
  spanledger healthy --url http://collector:13133/`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return healthy(cmd.Context(), address)
		},
	}
	cmd.Flags().StringVar(&address, "url", "http://127.0.0.1:13133/", "address of the health_check extension")
	return cmd
}

func healthy(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return usagef("--url %q: expected an address such as http://127.0.0.1:13133/", address)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("collector at %s: %w", address, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("collector at %s is not up: %s", address, res.Status)
	}
	return nil
}
