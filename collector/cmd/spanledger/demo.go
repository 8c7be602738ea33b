package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/internal/demo"
	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/tracing/setup"
)

const demoLong = `See it work, with nothing else installed and no network: a small multi-agent
application, run by several people of several departments, calls two LLM vendors
that live in this process and answer in the real wire formats, errors included.
Its telemetry goes over OTLP through the collector into a ledger of its own.

At the end: what it cost and for whom, and one agent run as a tree.`

type demoFlags struct {
	duration time.Duration
	keep     bool
	endpoint string
	data     string
	seed     uint64
	fault    string
}

func newDemoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See it work: agents, vendors, collector and ledger in one process",
		Long:  demoLong,
		Example: `  spanledger demo
  spanledger demo --keep --data /tmp/spanledger-demo
  spanledger demo --fault errors --duration 30s
  spanledger demo --otlp-endpoint http://127.0.0.1:4317   # into a collector that runs already`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.validate(); err != nil {
				return err
			}
			return runDemo(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), f)
		},
	}
	cmd.Flags().DurationVar(&f.duration, "duration", 10*time.Second, "how long the application works (0 = until interrupted)")
	cmd.Flags().BoolVar(&f.keep, "keep", false, "stay up afterwards, for reports, and keep the data")
	cmd.Flags().StringVar(&f.endpoint, "otlp-endpoint", "", "send to the collector at this URL, instead of starting one")
	cmd.Flags().StringVar(&f.data, "data", "", "folder for the ledger, kept afterwards (default: a temporary one, removed)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "decides who asks what and what the vendors answer")
	cmd.Flags().StringVar(&f.fault, "fault", "", "what goes wrong: errors, slow, expensive, down (default: a few errors)")
	complete(cmd, "fault", demo.Faults)
	return cmd
}

func (f *demoFlags) validate() error {
	if f.duration < 0 {
		return usagef("--duration %s: use 0 for no end, or a length such as 30s", f.duration)
	}
	if f.endpoint != "" && (f.keep || f.data != "") {
		return usagef("--otlp-endpoint sends to a collector that runs already; --keep and --data are about one of the demo's own: leave them out")
	}
	if _, err := demo.VendorOptions(f.fault, f.seed); err != nil {
		return usagef("--fault: %w", err)
	}
	return nil
}

// runDemo starts everything from the ledger up to the application, and ends it
// in the opposite order. An interrupt ends the application; what it has done is
// still summed up.
func runDemo(ctx context.Context, out, progress io.Writer, f demoFlags) (err error) {
	endpoint := f.endpoint
	var house *demoHouse
	if endpoint == "" {
		if house, err = openDemoHouse(ctx, f); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, house.close()) }()
		endpoint = house.collector.URL(house.collector.GRPC)
	}
	begin := time.Now()
	done, err := workDemo(ctx, progress, endpoint, f)
	if err != nil {
		return err
	}
	if house == nil {
		fmt.Fprintf(out, "%d briefings made %d LLM calls; their telemetry went to %s.\n", len(done.briefings), len(done.served), endpoint)
		return nil
	}
	// The summary is still worth having after an interrupt.
	summing, cancel := context.WithTimeout(context.WithoutCancel(ctx), summaryLimit)
	defer cancel()
	client, err := remote.NewClient(house.collector.URL(house.collector.API))
	if err != nil {
		return err
	}
	if err := writeDemoSummary(summing, out, client, done, begin); err != nil {
		return err
	}
	return house.farewell(ctx, out, f.keep)
}

// flushLimit bounds the last export of the application's telemetry.
const flushLimit = 10 * time.Second

// demoWork is what the application did.
type demoWork struct {
	briefings []demo.Briefing
	served    []fakevendor.Served
}

// workDemo runs vendors and application and flushes the telemetry.
func workDemo(ctx context.Context, progress io.Writer, endpoint string, f demoFlags) (work demoWork, err error) {
	line := newProgressLine(progress)
	options, err := demo.VendorOptions(f.fault, f.seed)
	if err != nil {
		return work, err
	}
	vendor, err := fakevendor.Start(context.WithoutCancel(ctx), options)
	if err != nil {
		return work, fmt.Errorf("start the vendors: %w", err)
	}
	defer func() { err = errors.Join(err, vendor.Close()) }()
	var failures exportFailures
	otel.SetErrorHandler(&failures)
	flush, err := setup.Start(ctx,
		setup.WithEndpoint(endpoint),
		setup.WithServiceName("spanledger-demo"),
		setup.WithEnvironment("demo"),
	)
	if err != nil {
		return work, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushLimit)
		defer cancel()
		if flushErr := flush(ctx); flushErr != nil {
			err = errors.Join(err, unsent(endpoint, failures.first(flushErr)))
		}
	}()
	work.briefings = demo.Run(ctx, demo.Options{
		OpenAIURL:    vendor.OpenAIURL(),
		AnthropicURL: vendor.AnthropicURL(),
		Duration:     f.duration,
		Seed:         f.seed,
		Progress: func(p demo.Progress) {
			failures.write(progress, line)
			line.show(fmt.Sprintf("agents at work: %d briefings, %d failed, %d LLM calls, %s of %s",
				p.Briefings, p.Failed, len(vendor.Served()), p.Elapsed.Round(time.Second), lengthOf(f.duration)))
		},
	})
	line.clear()
	work.served = vendor.Served()
	return work, nil
}

// unsent says what the application could not get rid of.
func unsent(endpoint string, err error) error {
	return fmt.Errorf("send the telemetry to %s: %w (does a collector listen there? gRPC is on port 4317, HTTP on 4318)", endpoint, err)
}

func lengthOf(d time.Duration) string {
	if d == 0 {
		return "until Ctrl-C"
	}
	return d.String()
}

// demoHouse is the collector of the demo and the folder it lives in.
type demoHouse struct {
	collector distro.AllInOne
	running   *distro.Running
	temporary bool
}

func openDemoHouse(ctx context.Context, f demoFlags) (*demoHouse, error) {
	house := &demoHouse{collector: distro.AllInOne{Data: f.data, Gateways: []string{"127.0.0.1"}}}
	if f.data == "" {
		folder, err := os.MkdirTemp("", "spanledger-demo-")
		if err != nil {
			return nil, fmt.Errorf("temporary folder: %w: choose a folder with --data", err)
		}
		house.collector.Data, house.temporary = folder, !f.keep
	}
	house.collector.LogFile = house.collector.Data + "/collector.log"
	running, err := startCollector(ctx, &house.collector, nil)
	if err != nil {
		return nil, errors.Join(err, house.close())
	}
	house.running = running
	return house, nil
}

func (h *demoHouse) close() error {
	var errs []error
	if h.running != nil {
		errs = append(errs, stopCollector(h.running))
	}
	if h.temporary {
		errs = append(errs, os.RemoveAll(h.collector.Data))
	}
	return errors.Join(errs...)
}

// farewell says where to look next, and stays up when asked to.
func (h *demoHouse) farewell(ctx context.Context, out io.Writer, keep bool) error {
	c := &h.collector
	switch {
	case keep:
		fmt.Fprintf(out, `
Still up. Look further:
  spanledger report cost --by agent --server %[1]s
  spanledger logs --errors --server %[1]s
  spanledger optimize --since 1h --min-calls 5 --server %[1]s
  curl -s %[2]s/metrics | grep spanledger_cost
The data stays in %[3]s. Ctrl-C ends it.
`, c.URL(c.API), c.URL(c.Prometheus), c.Data)
		return waitAndStop(ctx, h.running)
	case !h.temporary:
		fmt.Fprintf(out, `
The data stays in %[2]s. Look further:
  spanledger report cost --by agent --store %[1]s
  spanledger logs --errors --store %[1]s
  spanledger optimize --since 1h --min-calls 5 --store %[1]s
`, c.Store(), c.Data)
	default:
		fmt.Fprintf(out, `
Look further%s:
  spanledger demo --keep                  stay up for reports and metrics
  spanledger up                           the same collector for your own applications
  spanledger report cost --by department  ask its ledger
  spanledger logs --errors --follow       see what fails, with trace and user
`, installation())
	}
	return nil
}

// installation says how the command comes into place where it is not: `go run`
// leaves nothing behind.
func installation() string {
	if _, err := exec.LookPath("spanledger"); err == nil {
		return ""
	}
	program, err := os.Executable()
	if err != nil || !strings.Contains(filepath.ToSlash(program), "/go-build") {
		return ""
	}
	return ", after go install ./collector/cmd/spanledger"
}
