package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/setup"
)

// asApplication has the test binary run cappedApplication, with the addresses of the
// collector's API and of the vendor, and a traceparent.
const asApplication = "SPANLEDGER_TEST_AS_APPLICATION"

// cappedApplication calls the vendor until a cap stops it, as one process of a run that
// has several, and prints how many calls left and why the next did not.
func cappedApplication() error {
	api, vendor, parent := os.Getenv("TEST_API"), os.Getenv("TEST_VENDOR"), os.Getenv("TEST_PARENT")
	ctx := propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{"traceparent": parent})
	shutdown, err := setup.Start(ctx, setup.WithServiceName("capped"))
	if err != nil {
		return err
	}
	guard, err := budgetguard.New(api, budgetguard.WithFailClosed())
	if err != nil {
		return err
	}
	defer guard.Close()
	if err := guard.Ready(ctx); err != nil {
		return err
	}
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor, otelgenai.OpenAI),
		otelgenai.WithGuard(guard.Check), otelgenai.WithCallObserver(guard.Observe))}
	ctx, agent := tracing.StartAgent(ctx, "looping")
	left := 0
	for ; err == nil; left++ {
		time.Sleep(20 * time.Millisecond)
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, vendor+"/v1/chat/completions",
			strings.NewReader(`{"model":"gpt-4o","messages":[{"role":"user","content":"again"}]}`))
		var resp *http.Response
		if resp, err = client.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	agent.End(err)
	var capped *budgetguard.CapExceededError
	if !errors.As(err, &capped) {
		return err
	}
	fmt.Printf("%d %s %s %s\n", left-1, capped.Limit, capped.Cap, capped.ID)
	return shutdown(context.Background())
}

func TestCaps_StopARunOfTwoProcesses(t *testing.T) {
	for limit, text := range map[string]string{
		"calls":  "calls: 120",
		"amount": `amount: "1.5"`, // each call costs 0.0125 USD
	} {
		t.Run(limit, func(t *testing.T) {
			var served atomic.Int64
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				served.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprintf(w, `{"id":"c%d","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":1000}}`, served.Load())
			}))
			defer vendor.Close()
			dir := t.TempDir()
			plan := filepath.Join(dir, "budgets.yaml")
			require.NoError(t, os.WriteFile(plan, []byte("caps:\n  - name: one run\n    per: run\n    "+text+"\n"), 0o600))
			c := distro.AllInOne{Data: filepath.Join(dir, "data"), Budgets: plan}
			require.NoError(t, c.Prepare())
			uris, err := c.URIs()
			require.NoError(t, err)
			running, err := distro.Start(t.Context(), uris...)
			require.NoError(t, err)
			defer func() { require.NoError(t, running.Shutdown()) }()

			run := trace.TraceID{1, 2, 3, byte(len(limit))}
			outputs := make([]chan string, 2)
			for i := range outputs {
				outputs[i] = make(chan string, 1)
				process := exec.CommandContext(t.Context(), os.Args[0])
				process.Env = append(os.Environ(), asApplication+"=1", "TEST_API="+c.URL(c.API), "TEST_VENDOR="+vendor.URL,
					"TEST_PARENT=00-"+run.String()+"-00000000000000ff-01", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL(c.GRPC),
					"OTEL_METRICS_EXPORTER=none", "OTEL_LOGS_EXPORTER=none", "OTEL_BSP_SCHEDULE_DELAY=500")
				go func() {
					out, err := process.Output() // the guard logs to stderr
					if err != nil {
						out = append(out, err.Error()...)
					}
					outputs[i] <- string(out)
				}()
			}
			total := 0
			for i := range outputs {
				var n int
				out := <-outputs[i]
				_, err := fmt.Sscanf(out, "%d "+limit+" one run "+run.String(), &n)
				require.NoError(t, err, out)
				assert.Less(t, n, 110, "one process alone")
				total += n
			}
			assert.EqualValues(t, total, served.Load())
			assert.GreaterOrEqual(t, total, 120, "no call within the cap was refused")
			assert.Less(t, total, 200, "two processes that do not know of each other make 240 calls")

			// Refused calls are in the ledger, and cost nothing.
			var lines []string
			require.Eventually(t, func() bool {
				out := mustRun(t, "report", "cost", "--by", "error_type", "--since", "1h", "--format", "csv", "--server", c.URL(c.API))
				lines = strings.Split(strings.TrimSpace(out), "\n")
				return len(lines) == 3 && strings.Contains(lines[1], fmt.Sprintf(",1,%d,", total)) && strings.HasPrefix(lines[2], "cap_exceeded,0,0,2,")
			}, 30*time.Second, 200*time.Millisecond)
		})
	}
}
