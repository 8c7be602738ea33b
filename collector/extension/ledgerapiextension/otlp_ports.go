package ledgerapiextension

import (
	"context"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/collector/extension/extensioncapabilities"
)

// otlpPorts are those of the first OTLP receiver of this collector, by name, that a pipeline
// takes traces from; 0 where there is none. The page shows them to those who connect an application.
type otlpPorts struct{ grpc, http atomic.Int64 }

func (p *otlpPorts) known() (grpc, http int) { return int(p.grpc.Load()), int(p.http.Load()) }

// NotifyConfigSnapshot implements extensioncapabilities.ConfigSnapshotWatcher; it is called
// after Start.
func (a *api) NotifyConfigSnapshot(_ context.Context, config extensioncapabilities.ConfigSnapshot) error {
	conf := config.Effective()
	used := map[string]bool{}
	pipelines, _ := conf.Get("service::pipelines").(map[string]any)
	for name := range pipelines {
		if kind, _, _ := strings.Cut(name, "/"); kind == "traces" {
			receivers, _ := conf.Get("service::pipelines::" + name + "::receivers").([]any)
			for _, receiver := range receivers {
				text, _ := receiver.(string)
				used[text] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if kind, _, _ := strings.Cut(name, "/"); kind != "otlp" {
			continue
		}
		protocols := "receivers::" + name + "::protocols::"
		a.otlp.grpc.Store(portOf(conf.Get(protocols + "grpc::endpoint")))
		a.otlp.http.Store(portOf(conf.Get(protocols + "http::endpoint")))
		break
	}
	return nil
}

// portOf is the port of an endpoint; 0 where it has none, or any that is free.
func portOf(endpoint any) int64 {
	text, _ := endpoint.(string)
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0
	}
	return int64(n)
}
