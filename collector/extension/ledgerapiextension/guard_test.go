package ledgerapiextension_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// host has the extension that checks tokens.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

const guardToken = "open-sesame"

// serveBudgets starts the API, locked with guardToken, over a ledger in which
// claims has spent the given amount of 100 USD today.
func serveBudgets(t *testing.T, open newLedger, spent string) (url string, stop func()) {
	t.Helper()
	dsn := open(t)
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { store.Close() })
	require.NoError(t, store.Migrate(t.Context()))
	amount := udecimal.MustParse(spent)
	now := time.Now().UTC()
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: now, Received: now, Duration: time.Second,
		Department: "claims", RequestModel: "gpt-5", Role: semconv.RoleLLM, Billable: true,
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}}}))
	plan := filepath.Join(t.TempDir(), "budgets.yaml")
	require.NoError(t, os.WriteFile(plan, []byte(`budgets:
  - {name: everything, amount: "100000"}
  - {name: claims, amount: "200", soft: "25", hard: "50", scope: {department: claims}}
`), 0o600))

	factory := bearertokenauthextension.NewFactory()
	auth := factory.CreateDefaultConfig().(*bearertokenauthextension.Config)
	auth.BearerToken = guardToken
	authenticator, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), auth)
	require.NoError(t, err)
	h := host{component.NewID(factory.Type()): authenticator}
	require.NoError(t, authenticator.Start(t.Context(), h))

	address := freeAddress(t)
	ext := create(t, dsn, address, func(c *ledgerapiextension.Config) {
		c.Budgets = plan
		c.Server.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: component.NewID(factory.Type())}})
	})
	require.NoError(t, ext.Start(t.Context(), h))
	announce(t, ext)
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			require.NoError(t, ext.Shutdown(context.Background()))
			require.NoError(t, authenticator.Shutdown(context.Background()))
		}
	}
	t.Cleanup(stop)
	return "http://" + address, stop
}

// vendor counts what reaches it.
func vendor(t *testing.T) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"c1","model":"gpt-5","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5}}`)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func ready(t *testing.T, guard *budgetguard.Guard) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, guard.Ready(ctx))
}

// guarded is an application's client with a guard.
func guarded(t *testing.T, collector, vendor string, opts ...budgetguard.Option) (*budgetguard.Guard, func(department string) error) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	opts = append([]budgetguard.Option{
		budgetguard.WithHTTPClient(&http.Client{Transport: transport}),
		budgetguard.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)
	guard, err := budgetguard.New(collector, opts...)
	require.NoError(t, err)
	t.Cleanup(guard.Close)
	client := &http.Client{Transport: otelgenai.NewTransport(transport, otelgenai.WithEndpoint(vendor, otelgenai.OpenAI), otelgenai.WithGuard(guard.Check))}
	return guard, func(department string) error {
		ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{Department: department})
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, vendor+"/v1/chat/completions", strings.NewReader(`{"model":"gpt-5","messages":[]}`))
		require.NoError(t, err)
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, resp.Body.Close())
		return err
	}
}

func guardStopsCalls(t *testing.T, open newLedger) {
	for name, tc := range map[string]struct {
		spent   string
		stopped bool
	}{
		"below the hard threshold": {"99.999999999999999999", false},
		"at the hard threshold":    {"100", true},
	} {
		t.Run(name, func(t *testing.T) {
			collector, _ := serveBudgets(t, open, tc.spent)
			upstream, calls := vendor(t)
			guard, call := guarded(t, collector, upstream, budgetguard.WithToken(guardToken), budgetguard.WithFailClosed())
			ready(t, guard)
			assert.NoError(t, call("support"), "another department")
			err := call("claims")
			if !tc.stopped {
				assert.NoError(t, err)
				assert.EqualValues(t, 2, calls.Load())
				return
			}
			var spent *budgetguard.BudgetExceededError
			require.ErrorAs(t, err, &spent)
			assert.Equal(t, "claims", spent.Budget)
			assert.Equal(t, []budgetguard.Condition{{Dimension: "department", Value: "claims"}}, spent.Scope)
			assert.Equal(t, "100", spent.Spent.String())
			assert.Equal(t, "100", spent.Limit.String(), "half of 200")
			now := time.Now().UTC()
			assert.True(t, spent.Reset.Equal(time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)), spent.Reset)
			assert.EqualValues(t, 1, calls.Load(), "the call has not left")
		})
	}
}

func guardWithTheWrongToken(t *testing.T, open newLedger) {
	collector, _ := serveBudgets(t, open, "100")
	upstream, _ := vendor(t)
	for token, want := range map[string]string{"": "401", "wrong": "the bearer token is missing or wrong"} {
		guard, call := guarded(t, collector, upstream, budgetguard.WithToken(token))
		require.Eventually(t, func() bool { return guard.Err() != nil }, 10*time.Second, 5*time.Millisecond)
		assert.ErrorContains(t, guard.Err(), want)
		assert.NoError(t, call("claims"))
	}
}

func guardOutlivesItsCollector(t *testing.T, open newLedger) {
	collector, stop := serveBudgets(t, open, "100")
	upstream, _ := vendor(t)
	guard, call := guarded(t, collector, upstream, budgetguard.WithToken(guardToken))
	ready(t, guard)
	stop()
	assert.Error(t, call("claims"), "what is spent is spent")

	_, call = guarded(t, collector, upstream, budgetguard.WithToken(guardToken))
	assert.NoError(t, call("claims"), "a guard that has never had an answer")
	_, call = guarded(t, collector, upstream, budgetguard.WithToken(guardToken), budgetguard.WithFailClosed())
	var unknown *budgetguard.StateUnknownError
	assert.ErrorAs(t, call("claims"), &unknown)
}

func stateOfBudgets(t *testing.T, open newLedger) {
	collector, _ := serveBudgets(t, open, "100")
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	get := func(etag string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, collector+"/v1/budgets/state", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+guardToken)
		req.Header.Set("If-None-Match", etag)
		resp, err := transport.RoundTrip(req)
		require.NoError(t, err)
		return resp
	}
	resp := get("")
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, "private, max-age=30", resp.Header.Get("Cache-Control"))
	assert.Contains(t, string(body), `"scope":[{"dimension":"department","value":"claims"}],"every":"month","amount_usd":"200","soft_usd":"50","hard_usd":"100","spent_usd":"100"`)
	etag := resp.Header.Get("ETag")
	for _, tag := range []string{etag, "W/" + etag, fmt.Sprintf(`"other", %s`, etag)} {
		again := get(tag)
		again.Body.Close()
		assert.Equal(t, http.StatusNotModified, again.StatusCode, tag)
	}
	other := get(`"other"`)
	other.Body.Close()
	assert.Equal(t, http.StatusOK, other.StatusCode)
}
