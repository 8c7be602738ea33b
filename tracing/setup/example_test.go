package setup_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/setup"
)

// Without a collector at hand the application still runs, and ends in time.
func ExampleStart() {
	shutdown, err := setup.Start(context.Background(),
		setup.WithServiceName("intake-bot"),
		setup.WithEndpoint("http://127.0.0.1:4317"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = shutdown(ctx) // what could not be delivered, for the log
	}()
	fmt.Println("at work")
	// Output:
	// at work
}

// Prometheus scrapes the application itself: no collector is needed to see
// durations, calls and errors of agents.
func ExampleWithPrometheus() {
	os.Setenv("OTEL_TRACES_EXPORTER", "none")
	os.Setenv("OTEL_LOGS_EXPORTER", "none")
	defer os.Unsetenv("OTEL_TRACES_EXPORTER")
	defer os.Unsetenv("OTEL_LOGS_EXPORTER")

	registry := prometheus.NewRegistry()
	shutdown, err := setup.Start(context.Background(), setup.WithServiceName("intake-bot"), setup.WithPrometheus(registry))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = shutdown(context.Background()) }()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))

	ctx, agent := tracing.StartAgent(context.Background(), "triage")
	instrument.CountInference(ctx)
	agent.End(nil)

	page := httptest.NewRecorder()
	mux.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(page.Body.String()) {
		if strings.HasPrefix(line, "gen_ai_invoke_agent_inference_calls_count{") {
			name, _, _ := strings.Cut(line, "otel_scope")
			fmt.Println(name + "...")
		}
	}
	// Output:
	// gen_ai_invoke_agent_inference_calls_count{gen_ai_agent_name="triage",...
}
