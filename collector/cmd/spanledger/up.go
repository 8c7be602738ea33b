package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap/zapcore"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

const upLong = `Run the collector for your own applications. No other server is needed. It receives
OTLP, serves metrics for Prometheus and a page for the browser, and stores the ledger
in a DuckDB file in the data folder.

It runs until Ctrl-C. Acknowledged spans are on disk and survive a crash. To continue
with the same ledger, start it again with the same folder.`

func newUpCommand() *cobra.Command {
	collector := distro.DefaultAllInOne()
	var configs []string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run the collector for your own applications",
		Long:  upLong,
		Example: `  spanledger up
  spanledger up --data /var/lib/spanledger --listen 0.0.0.0
  spanledger up --data /tmp/spanledger-demo   # with the data of spanledger demo --data /tmp/spanledger-demo`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkCollectorFlags(&collector); err != nil {
				return err
			}
			return up(cmd.Context(), cmd.ErrOrStderr(), collector, configs)
		},
	}
	addCollectorFlags(cmd, &collector)
	cmd.Flags().StringArrayVar(&configs, "config", nil, "Collector configuration that overrides the built-in one; may be repeated")
	return cmd
}

// addCollectorFlags adds the flags of the embedded collector: its ports, folder and
// log.
func addCollectorFlags(cmd *cobra.Command, c *distro.AllInOne) {
	cmd.Flags().StringVar(&c.Data, "data", c.Data, "folder for the ledger and the queue")
	cmd.Flags().StringVar(&c.Host, "listen", c.Host, "address to listen on")
	cmd.Flags().IntVar(&c.GRPC, "grpc-port", c.GRPC, "port of OTLP over gRPC (0 = any free port)")
	cmd.Flags().IntVar(&c.HTTP, "http-port", c.HTTP, "port of OTLP over HTTP (0 = any free port)")
	cmd.Flags().IntVar(&c.Prometheus, "prometheus-port", c.Prometheus, "port of the metrics for Prometheus (0 = any free port)")
	cmd.Flags().IntVar(&c.API, "api-port", c.API, "port of the ledger API (0 = any free port)")
	cmd.Flags().StringVar(&c.PublicURL, "public-url", "", "address of the page behind a proxy, for example https://ledger.example")
	cmd.Flags().StringSliceVar(&c.Gateways, "gateway", nil, "private hosts of gateways that forward calls to a vendor; calls are billed at the vendor's prices; * matches any text")
	cmd.Flags().StringSliceVar(&c.SelfHosted, "self-hosted", nil, "hosts of your own model servers; vendors' prices do not apply to their calls")
	cmd.Flags().StringVar(&c.PriceFile, "price-file", "", "your own price file, which overrides the built-in prices")
	cmd.Flags().StringVar(&c.Budgets, budgetsFlag, "", "YAML file with budgets; their state is served at /metrics of the ledger API")
	cmd.Flags().StringVar(&c.ChargebackRules, "chargeback-rules", "", "YAML file with chargeback rules, for the page and the metrics; give spanledger chargeback the same file in --rules")
	cmd.Flags().StringVar(&c.Revenue, "revenue", "", "file with revenue by day, for the margin of outcomes (see spanledger report unit --help)")
	cmd.Flags().StringVar(&c.Forward, "forward", "", "also send traces to this OTLP gRPC address, for example Jaeger at 127.0.0.1:14317")
	cmd.Flags().StringVar(&c.LogLevel, "log-level", "warn", "level of the collector's own log: debug, info, warn, error")
}

// checkCollectorFlags reports wrong values by the flag, before the Collector reports
// them by its setting.
func checkCollectorFlags(c *distro.AllInOne) error {
	if c.Data == "" {
		return usagef("--data \"\": name a folder, such as %s", distro.DefaultAllInOne().Data)
	}
	if _, err := zapcore.ParseLevel(c.LogLevel); err != nil {
		return usagef("--log-level %q: use debug, info, warn or error", c.LogLevel)
	}
	if _, err := pricing.Default().WithGateways(c.Gateways...); err != nil {
		return usagef("--gateway: %w", err)
	}
	if _, err := pricing.Default().WithSelfHosted(c.SelfHosted...); err != nil {
		return usagef("--self-hosted: %w", err)
	}
	if c.PriceFile != "" {
		over, err := readPriceFile(c.PriceFile)
		if err == nil {
			_, err = pricing.Default().With(over)
		}
		if err != nil {
			return wrongContent("--price-file", c.PriceFile, err)
		}
	}
	if err := serverURL("public-url", c.PublicURL, "https://ledger.example"); err != nil {
		return err
	}
	if host, port, err := net.SplitHostPort(c.Forward); c.Forward != "" {
		if _, portErr := strconv.ParseUint(port, 10, 16); err != nil || host == "" || portErr != nil {
			return usagef("--forward %q: expected the host and port of an OTLP gRPC receiver, such as 127.0.0.1:14317", c.Forward)
		}
	}
	if c.ChargebackRules != "" {
		if _, err := chargeback.ReadRulesFile(c.ChargebackRules); err != nil {
			return wrongContent("--chargeback-rules", c.ChargebackRules, err)
		}
	}
	if c.Revenue != "" {
		if _, err := report.ReadRevenueFile(c.Revenue); err != nil {
			return wrongContent("--revenue", c.Revenue, err)
		}
	}
	if c.Budgets == "" {
		return nil
	}
	_, err := readPlan(c.Budgets)
	return err
}

func up(ctx context.Context, out io.Writer, collector distro.AllInOne, configs []string) error {
	if err := readableConfigs(configs); err != nil {
		return err
	}
	if err := distro.TuneMemory(); err != nil {
		return fmt.Errorf("memory of the collector (hint: set GOMEMLIMIT): %w", err)
	}
	distro.BoundMemory()
	generated, err := protect(&collector, configs)
	if err != nil {
		return err
	}
	running, err := startCollector(ctx, &collector, configs)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, `spanledger is running, with its data in %[1]s

%[6]s  For your application       OTEL_EXPORTER_OTLP_ENDPOINT=%[2]s
  or, over HTTP              OTEL_EXPORTER_OTLP_ENDPOINT=%[3]s OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
  Metrics for Prometheus     %[4]s/metrics
  Reports                    spanledger report cost --by department --server %[5]s
  Logs                       spanledger logs --follow --server %[5]s
%[7]s
Stop with Ctrl-C.
`, collector.Data, collector.URL(collector.GRPC), collector.URL(collector.HTTP), collector.URL(collector.Prometheus), collector.URL(collector.API), pageLines(&collector, generated), tokenLine(&collector))
	dropStartPages()
	return waitAndStop(ctx, running)
}

// protect sets a token for the ledger API if it listens on other addresses than
// loopback: the token of the environment, or a new one. A configuration of the user
// sets its own.
func protect(c *distro.AllInOne, configs []string) (generated bool, err error) {
	if c.Loopback() || len(configs) > 0 {
		return false, nil
	}
	if c.Token = os.Getenv(tokenVariable); c.Token != "" {
		return false, nil
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return false, fmt.Errorf("token of the ledger API (hint: set %s): %w", tokenVariable, err)
	}
	c.Token = base64.RawURLEncoding.EncodeToString(secret)
	return true, nil
}

// pageLines print the address of the page, and a new token.
func pageLines(c *distro.AllInOne, generated bool) string {
	var lines string
	if page := c.Page(); page != "" {
		lines += "  The page                   " + page + "\n"
	}
	if generated {
		lines += "  Token of the ledger API    " + tokenVariable + "=" + c.Token + "\n"
	}
	return lines
}

// tokenLine says what the printed commands need.
func tokenLine(c *distro.AllInOne) string {
	if c.Token == "" {
		return ""
	}
	return "                             (these commands need " + tokenVariable + ")\n"
}

// startCollector starts the embedded collector. An error names the flag that avoids
// it.
func startCollector(ctx context.Context, c *distro.AllInOne, configs []string) (*distro.Running, error) {
	if err := c.Prepare(); err != nil {
		return nil, withHint(err)
	}
	uris, err := c.URIs(configs...)
	if err != nil {
		return nil, err
	}
	running, err := distro.Start(ctx, uris...)
	if err != nil {
		err = withHint(withConfigFile(err, configs))
		if isUsage(err) {
			return nil, err
		}
		return nil, fmt.Errorf("start the collector: %w", err)
	}
	return running, nil
}

// portFlags name the flag of each port.
var portFlags = map[string]string{
	"GRPC": "--grpc-port", "HTTP": "--http-port", "Prometheus": "--prometheus-port", "API": "--api-port",
}

// withHint adds to an error what the user can do.
func withHint(err error) error {
	var port *distro.PortError
	var data *distro.DataError
	var locked *duckdb.LockedError
	switch {
	case errors.As(err, &port):
		return fmt.Errorf("%w (hint: %s)", err, portHint(port))
	case errors.As(err, &locked):
		return fmt.Errorf("%w (hint: stop the collector that uses this folder, or choose another with --data)", locked)
	case errors.As(err, &data):
		return fmt.Errorf("%w (hint: choose a writable folder with --data)", err)
	}
	return err
}

func portHint(e *distro.PortError) string {
	flag := portFlags[e.Setting]
	var name *net.DNSError
	var number *net.AddrError
	switch {
	case errors.As(e.Err, &name), errors.Is(e.Err, syscall.EADDRNOTAVAIL):
		return "use --listen with an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all"
	case errors.As(e.Err, &number):
		return "use " + flag + " with a number up to 65535; 0 is any free port"
	case errors.Is(e.Err, syscall.EACCES):
		return "ports below 1024 need a privilege; choose another with " + flag + "; 0 is any free port"
	}
	return "stop the other process, or choose another port with " + flag + "; 0 is any free port"
}

// stopLimit is the most time for a shutdown. Rows that are not stored by then stay in
// the queue on disk until the next start.
const stopLimit = 20 * time.Second

// waitAndStop returns when the collector has ended, by itself or because ctx did.
func waitAndStop(ctx context.Context, running *distro.Running) error {
	select {
	case <-running.Done():
		if err := running.Shutdown(); err != nil {
			return fmt.Errorf("collector: %w", err)
		}
		return nil
	case <-ctx.Done():
		return stopCollector(running)
	}
}

func stopCollector(running *distro.Running) error {
	stopped := make(chan error, 1)
	go func() { stopped <- running.Shutdown() }()
	select {
	case err := <-stopped:
		return err
	case <-time.After(stopLimit):
		return fmt.Errorf("collector did not stop within %s", stopLimit)
	}
}
