package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/httpclient"
)

// defaultHealth is where the shipped configuration answers.
const defaultHealth = "http://127.0.0.1:13133/"

// healthLimit is shorter than the time an orchestrator gives its probe.
const healthLimit = 2 * time.Second

func newHealthyCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "healthy",
		Short: "Probe a collector; the exit code says if it is up",
		Long: `Ask the health_check extension of a collector. Exit codes: 0 it is up, 1 it is not.
Use it as the probe of the container image, which has no shell.`,
		Example: `  spanledger healthy
  spanledger healthy --url http://collector:13133/`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return healthy(cmd.Context(), address)
		},
	}
	cmd.Flags().StringVar(&address, "url", defaultHealth, "address of the health_check extension")
	return cmd
}

func healthy(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	if at, err := url.Parse(address); err != nil || at.Host == "" {
		return usagef("--url %q: expected an address such as %s", address, defaultHealth)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return usagef("--url %q: %w", address, err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("collector at %s: %w (check that it runs, with the health_check extension)", address, httpclient.WithoutURL(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("collector at %s is not up: %s", address, res.Status)
	}
	return nil
}
