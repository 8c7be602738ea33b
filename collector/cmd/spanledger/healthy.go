package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/internal/httpclient"
)

// defaultHealth is where the shipped configuration answers.
const defaultHealth = "http://127.0.0.1:13133/"

// upHealth is where `spanledger up` answers, which has no health_check: its metrics need no
// token, and stop first when it ends.
func upHealth() string {
	up := distro.DefaultAllInOne()
	return up.URL(up.Prometheus) + "/metrics"
}

// healthLimit is shorter than the time an orchestrator gives its probe.
const healthLimit = 2 * time.Second

func newHealthyCommand() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "healthy",
		Short: "Probe a collector; the exit code says if it is up",
		Long: `Ask the health_check extension of a collector. Without --url, the metrics of
` + "`spanledger up`" + ` are asked where there is none. Exit codes: 0 it is up, 1 it is not. Use it as
the probe of the container image, which has no shell.`,
		Example: `  spanledger healthy
  spanledger healthy --url http://collector:13133/
  spanledger healthy --url http://127.0.0.1:9999/metrics    # of spanledger up --prometheus-port 9999`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if changed(cmd.Flags(), "url") {
				return healthy(cmd.Context(), address)
			}
			return healthyAtEither(cmd.Context(), address, upHealth())
		},
	}
	cmd.Flags().StringVar(&address, "url", defaultHealth, "address of the health_check extension")
	return cmd
}

// healthyAtEither asks a collector of the shipped configuration, and one of `spanledger up`
// where nothing listens for the first.
func healthyAtEither(ctx context.Context, collector, up string) error {
	err := healthy(ctx, collector)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	switch upErr := healthy(ctx, up); {
	case upErr == nil:
		return nil
	case !errors.Is(upErr, syscall.ECONNREFUSED):
		return upErr
	}
	return fmt.Errorf("no collector at %s, and no `spanledger up` at %s (hint: check that it runs, and name other ports in --url, such as the /metrics of up --prometheus-port)", collector, up)
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
