package setup

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
)

// serveMetrics serves /metrics at the address in the OTEL_EXPORTER_PROMETHEUS_*
// variables, and returns a function that stops it.
func serveMetrics(g prometheus.Gatherer) (stop func(context.Context) error, err error) {
	host, port := os.Getenv("OTEL_EXPORTER_PROMETHEUS_HOST"), os.Getenv("OTEL_EXPORTER_PROMETHEUS_PORT")
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "9464"
	}
	address := net.JoinHostPort(host, port)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("scrape endpoint %s: %w (another port: OTEL_EXPORTER_PROMETHEUS_PORT)", address, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	// The timeout closes connections of clients that send nothing.
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(listener); err != http.ErrServerClosed {
			otel.Handle(fmt.Errorf("scrape endpoint %s: %w", address, err))
		}
	}()
	return server.Shutdown, nil
}
