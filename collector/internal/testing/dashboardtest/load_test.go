package dashboardtest

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/stretchr/testify/require"
)

// A large installation: what genai_metrics makes of 300 users in 40
// applications, over the longest time range a dashboard opens with.
const (
	loadUsers        = 300
	loadApplications = 40
	loadDepartments  = 10
	loadAgents       = 60
	loadTools        = 30
	modelsPerUser    = 3
	loadRange        = 24 * time.Hour
	loadScrape       = 30 * time.Second
)

var loadModels = []struct{ provider, model string }{
	{"openai", "gpt-5"}, {"openai", "gpt-5-mini"}, {"openai", "gpt-4.1"}, {"openai", "o3"}, {"openai", "text-embedding-3-large"},
	{"anthropic", "claude-opus-4-5"}, {"anthropic", "claude-sonnet-4-5"}, {"anthropic", "claude-haiku-4-5"},
	{"gcp.gemini", "gemini-2.5-pro"}, {"gcp.gemini", "gemini-2.5-flash"}, {"mistral_ai", "mistral-large-latest"}, {"cohere", "command-a-03-2025"},
}

// counter is a series of the load that grows by step between two scrapes.
type counter struct {
	labels labels.Labels
	step   float64
}

// load are the series of a large installation.
func load() []counter {
	var all []counter
	add := func(step float64, name string, pairs ...string) {
		all = append(all, counter{labels.FromStrings(append([]string{"__name__", name, "job", "spanledger", "instance", "collector:8889"}, pairs...)...), step})
	}
	histogram := func(bounds []string, name string, pairs ...string) {
		for i, le := range append(bounds, "+Inf") {
			add(float64(i+1)/float64(len(bounds)+1), name+"_bucket", append(pairs[:len(pairs):len(pairs)], "le", le)...)
		}
		add(1, name+"_count", pairs...)
		add(2.5, name+"_sum", pairs...)
	}
	seen := map[string]bool{}
	for user := range loadUsers {
		app := user % loadApplications
		environment := []string{"production", "staging"}[app%2]
		for i := range modelsPerUser {
			m := loadModels[(app+i)%len(loadModels)]
			whose := []string{
				"provider", m.provider, "model", m.model, "operation", "chat", "environment", environment,
				"department", fmt.Sprintf("department-%d", app%loadDepartments), "application", fmt.Sprintf("application-%d", app),
				"agent", fmt.Sprintf("agent-%d", user%loadAgents), "user", fmt.Sprintf("user-%d", user),
			}
			ok := append(whose[:len(whose):len(whose)], "status", "ok")
			add(1, "spanledger_calls_total", append(ok[:len(ok):len(ok)], "cost_status", "priced")...)
			add(0.01, "spanledger_cost_usd_total", ok...)
			for kind, tokens := range map[string]float64{"input": 900, "output": 200, "cache_read": 300} {
				add(tokens, "spanledger_tokens_total", append(ok[:len(ok):len(ok)], "type", kind)...)
			}
			if user%5 == 0 {
				add(0.02, "spanledger_calls_total", append(whose, "status", "error", "error_type", "429", "cost_status", "unpriced")...)
			}
			client := []string{
				"gen_ai_operation_name", "chat", "gen_ai_provider_name", m.provider, "gen_ai_request_model", m.model, "gen_ai_response_model", m.model,
				"server_address", m.provider + ".example", "server_port", "443", "environment", environment, "application", fmt.Sprintf("application-%d", app),
			}
			if key := fmt.Sprint(app, m); !seen[key] {
				seen[key] = true
				histogram(durations, "gen_ai_client_inference_duration_seconds", client...)
				histogram(durations, "gen_ai_client_inference_time_to_first_chunk_seconds", client...)
			}
		}
	}
	for agent := range loadAgents {
		name := []string{"gen_ai_agent_name", fmt.Sprintf("agent-%d", agent), "environment", "production", "application", fmt.Sprintf("application-%d", agent%loadApplications)}
		histogram(durations, "gen_ai_invoke_agent_duration_seconds", name...)
		if agent < loadTools {
			histogram(durations, "gen_ai_execute_tool_duration_seconds", append(name, "gen_ai_tool_name", fmt.Sprintf("tool-%d", agent), "gen_ai_tool_type", "function")...)
		}
	}
	return all
}

// durations are the boundaries of the conventions for calls.
var durations = []string{"0.01", "0.02", "0.04", "0.08", "0.16", "0.32", "0.64", "1.28", "2.56", "5.12", "10.24", "20.48", "40.96", "81.92"}

// write stores the scrapes from begin until end as blocks of two hours, as
// Prometheus would.
func write(b *testing.B, dir string, all []counter, begin, end time.Time) {
	b.Helper()
	const block = 2 * time.Hour
	for from := begin.Truncate(block); from.Before(end); from = from.Add(block) {
		w, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), dir, block.Milliseconds())
		require.NoError(b, err)
		refs := make([]storage.SeriesRef, len(all))
		first := from
		if first.Before(begin) {
			first = begin
		}
		for at := first; at.Before(from.Add(block)) && at.Before(end); at = at.Add(loadScrape) {
			app := w.Appender(context.Background())
			n := float64(at.Sub(begin) / loadScrape)
			for i, one := range all {
				refs[i], err = app.Append(refs[i], one.labels, at.UnixMilli(), one.step*n)
				require.NoError(b, err)
			}
			require.NoError(b, app.Commit())
		}
		_, err = w.Flush(context.Background())
		require.NoError(b, err)
		require.NoError(b, w.Close())
	}
}
