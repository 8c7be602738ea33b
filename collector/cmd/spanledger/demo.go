package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/tracing/setup"
)

const demoLong = `Run a demo that needs no server, no API key and no network. A small application with
several agents calls two simulated LLM vendors. These answer in the real wire formats,
sometimes with errors. The telemetry goes over OTLP through the collector into a
temporary ledger. A new ledger starts with generated calls of the four weeks before, so
that reports have something to compare with.

At the end the demo prints cost reports, and one run as a tree.`

type demoFlags struct {
	duration time.Duration
	keep     bool
	endpoint string
	data     string
	seed     uint64
	fault    string

	briefings int // 0 = no limit
}

func newDemoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a demo without any server and print its cost",
		Long:  demoLong,
		Example: `  spanledger demo
  spanledger demo --keep --data /tmp/spanledger-demo
  spanledger demo --fault errors --duration 30s
  spanledger demo --otlp-endpoint http://127.0.0.1:4317   # send to a running collector`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.validate(); err != nil {
				return err
			}
			return runDemo(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), f)
		},
	}
	cmd.Flags().DurationVar(&f.duration, "duration", 10*time.Second, "how long to run (0 = until interrupted)")
	cmd.Flags().BoolVar(&f.keep, "keep", false, "when the demo ends, keep the collector running and print a link to the page")
	cmd.Flags().StringVar(&f.endpoint, "otlp-endpoint", "", "send to the collector at this URL, for example "+defaultOTLP+", instead of starting one")
	cmd.Flags().StringVar(&f.data, "data", "", "folder of the ledger (default: a temporary one, deleted at the end unless --keep is given)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the random requests and answers")
	cmd.Flags().StringVar(&f.fault, "fault", "", "simulated fault: errors, slow, expensive, down (default: a few errors)")
	complete(cmd, "fault", demo.Faults)
	return cmd
}

// validate also completes an endpoint without a scheme.
func (f *demoFlags) validate() error {
	if f.duration < 0 {
		return usagef("--duration %s: use 0 for no limit, or a duration such as 30s", f.duration)
	}
	if f.endpoint != "" && (f.keep || f.data != "") {
		return usagef("--otlp-endpoint sends to a running collector, but --keep and --data are for one that the demo starts: use one or the other")
	}
	if f.endpoint != "" {
		target, err := otlpEndpoint(f.endpoint)
		if err != nil {
			return err
		}
		f.endpoint = target.String()
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
	var env *demoEnv
	newProgressLine(progress).show("starting the collector, its ledger and two vendors")
	if endpoint == "" {
		if env, err = openDemoEnv(ctx, f); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, env.close()) }()
		endpoint = env.collector.URL(env.collector.GRPC)
	}
	begin := time.Now()
	done, err := workDemo(ctx, progress, endpoint, f)
	if err != nil {
		return err
	}
	if env == nil {
		fmt.Fprintf(out, "%d briefings made %d LLM calls; their telemetry went to %s.\n", len(done.briefings), len(done.served), endpoint)
		return nil
	}
	// An interrupt ends the application, not the summary of what it has done.
	summing, cancel := context.WithTimeout(context.WithoutCancel(ctx), summaryLimit)
	defer cancel()
	client, err := remote.NewClient(env.collector.URL(env.collector.API))
	if err != nil {
		return err
	}
	if err := writeDemoSummary(summing, out, client, done, begin, env.ledgerFlags(f.keep)); err != nil {
		return err
	}
	return env.printNextSteps(ctx, out, f.keep)
}

// flushLimit bounds the last export of the application's telemetry.
const flushLimit = 10 * time.Second

// demoWork holds what the application did.
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
		setup.WithServiceName(demo.ServiceName),
		setup.WithEnvironment(demo.Environment),
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
	work.briefings, err = demo.Run(ctx, demo.Options{
		OpenAIURL:    vendor.OpenAIURL(),
		AnthropicURL: vendor.AnthropicURL(),
		Duration:     f.duration,
		Limit:        f.briefings,
		Seed:         f.seed,
		Mishaps:      true,
		Progress: func(p demo.Progress) {
			failures.write(progress, line)
			line.show(fmt.Sprintf("running: %d briefings, %d failed, %d LLM calls, %s of %s",
				p.Briefings, p.Failed, len(vendor.Served()), p.Elapsed.Round(time.Second), lengthOf(f.duration)))
		},
	})
	line.clear()
	work.served = vendor.Served()
	return work, err
}

// unsent is the error for telemetry that the collector did not accept.
func unsent(endpoint string, err error) error {
	return fmt.Errorf("send the telemetry to %s: %w (hint: check that a collector listens there; gRPC uses port 4317, HTTP 4318)", endpoint, err)
}

func lengthOf(d time.Duration) string {
	if d == 0 {
		return "until Ctrl-C"
	}
	return d.String()
}

// demoEnv is the collector of the demo and the folder it lives in.
type demoEnv struct {
	collector distro.AllInOne
	running   *distro.Running
	temporary bool
}

func openDemoEnv(ctx context.Context, f demoFlags) (*demoEnv, error) {
	env := &demoEnv{collector: distro.AllInOne{Data: f.data, Gateways: []string{"127.0.0.1"}}}
	if f.data == "" {
		folder, err := os.MkdirTemp("", "spanledger-demo-")
		if err != nil {
			return nil, fmt.Errorf("temporary folder: %w (hint: choose a folder with --data)", err)
		}
		env.collector.Data, env.temporary = folder, !f.keep
	}
	env.collector.LogFile = env.collector.Data + "/collector.log"
	if err := env.writeHistory(ctx, f.seed); err != nil {
		return nil, errors.Join(err, env.close())
	}
	running, err := startCollector(ctx, &env.collector, nil)
	if err != nil {
		return nil, errors.Join(err, env.close())
	}
	env.running = running
	return env, nil
}

// writeHistory gives a ledger that is not there yet the four weeks before, so that
// reports have something to compare with.
func (h *demoEnv) writeHistory(ctx context.Context, seed uint64) error {
	if err := h.collector.Prepare(); err != nil {
		return withHint(err)
	}
	store := h.collector.Store()
	_, file, _ := strings.Cut(store, "://")
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ledger, err := ledgerstore.Open(ctx, store)
	if err != nil {
		return fmt.Errorf("write the history of the demo: %w", err)
	}
	batch, results := demo.History(time.Now(), seed)
	err = ledger.Migrate(ctx)
	if err == nil {
		err = ledger.Write(ctx, batch)
	}
	if err == nil {
		err = ledger.WriteResults(ctx, results)
	}
	if err = errors.Join(err, ledger.Close()); err != nil {
		return fmt.Errorf("write the history of the demo: %w", err)
	}
	return nil
}

func (h *demoEnv) close() error {
	var errs []error
	if h.running != nil {
		errs = append(errs, stopCollector(h.running))
	}
	if h.temporary {
		errs = append(errs, os.RemoveAll(h.collector.Data))
	}
	return errors.Join(errs...)
}

// ledgerFlags name the ledger of the demo as it is after the demo: behind the collector
// that keeps running, or in the file.
func (h *demoEnv) ledgerFlags(keep bool) string {
	if keep {
		return report.Flag("server", h.collector.URL(h.collector.API))
	}
	return report.Flag("store", h.collector.Store())
}

// printNextSteps prints further commands, and with keep runs until interrupted.
func (h *demoEnv) printNextSteps(ctx context.Context, out io.Writer, keep bool) error {
	c := &h.collector
	questions := fmt.Sprintf(`  spanledger report cost --by agent %[1]s
  spanledger logs --errors %[1]s
  spanledger optimize --since 1h --min-calls 5 %[1]s`, h.ledgerFlags(keep))
	switch {
	case keep:
		fmt.Fprintf(out, `
Still running. See it in a browser: %s
Next steps:
%s
  curl -s %s/metrics | grep spanledger_cost
The data is kept in %s. Stop with Ctrl-C.
`, c.Page(), questions, c.URL(c.Prometheus), c.Data)
		return waitAndStop(ctx, h.running)
	case !h.temporary:
		fmt.Fprintf(out, `
The data is kept in %s. Next steps:
  spanledger up %s   (to see it in a browser)
%s
`, c.Data, report.Flag("data", c.Data), questions)
	default:
		fmt.Fprintf(out, `
The calls of this demo are deleted. To try the commands above, run the demo with --keep.
Next steps%s:
  spanledger demo --keep                  keep running, and see it in a browser
  spanledger up                           run the same collector for your own applications
  spanledger report cost --by department  report from the ledger of "up"
  spanledger logs --errors --follow       follow failed calls, with trace and user
`, installation())
	}
	return nil
}

// installation tells how to install the command if it is not in PATH, for example after
// `go run`.
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
