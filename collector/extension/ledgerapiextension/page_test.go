package ledgerapiextension_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// serve starts the API and gives its URL.
func serve(t *testing.T, h component.Host, endpoint string, change func(*ledgerapiextension.Config)) string {
	t.Helper()
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	ext := create(t, dsn, endpoint, change)
	require.NoError(t, ext.Start(t.Context(), h))
	t.Cleanup(func() { require.NoError(t, ext.Shutdown(context.Background())) })
	announce(t, ext)
	url, err := remote.Discover(dsn)
	require.NoError(t, err)
	return url
}

// ask gets a path as a browser would.
func ask(t *testing.T, url string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	for name, value := range headers {
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	resp, err := (&http.Client{Transport: transport}).Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

func TestPage_IsServedWhereItIsAskedFor(t *testing.T) {
	url := serve(t, componenttest.NewNopHost(), "127.0.0.1:0", func(c *ledgerapiextension.Config) { c.UI = true })
	resp, body := ask(t, url+"/", nil)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Contains(t, body, `<script type="module" src="assets/app.js">`)
	assert.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'")
	resp, _ = ask(t, url+"/assets/app.js", map[string]string{"Accept-Encoding": "gzip"})
	assert.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
	_, body = ask(t, url+"/v1/status", nil)
	assert.Contains(t, body, `"store":"duckdb"`)

	without := serve(t, componenttest.NewNopHost(), "127.0.0.1:0", func(*ledgerapiextension.Config) {})
	resp, _ = ask(t, without+"/", nil)
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
}

func TestPage_HostsOfOthersAreRefused(t *testing.T) {
	url := serve(t, componenttest.NewNopHost(), "127.0.0.1:0", func(c *ledgerapiextension.Config) {
		c.UI, c.PublicURL = true, "https://ledger.example/x"
	})
	for host, want := range map[string]int{
		"evil.example": http.StatusForbidden, "evil.example:8890": http.StatusForbidden, "127.0.0.1.evil.example": http.StatusForbidden,
		"localhost.evil.example": http.StatusForbidden, "": http.StatusOK,
		"localhost:1234": http.StatusOK, "LOCALHOST": http.StatusOK, "[::1]:8890": http.StatusOK, "127.0.0.1": http.StatusOK, "ledger.example": http.StatusOK,
	} {
		for _, path := range []string{"/", "/v1/status", "/v1/openapi.yaml"} {
			headers := map[string]string{}
			if host != "" {
				headers["Host"] = host
			}
			resp, body := ask(t, url+path, headers)
			assert.Equal(t, want, resp.StatusCode, "%s%s: %s", host, path, body)
		}
	}
}

func TestPage_TokenGuardsEverythingButItsFiles(t *testing.T) {
	factory := bearertokenauthextension.NewFactory()
	auth := factory.CreateDefaultConfig().(*bearertokenauthextension.Config)
	auth.BearerToken = guardToken
	authenticator, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), auth)
	require.NoError(t, err)
	h := host{component.NewID(factory.Type()): authenticator}
	require.NoError(t, authenticator.Start(t.Context(), h))
	t.Cleanup(func() { require.NoError(t, authenticator.Shutdown(context.Background())) })

	for name, change := range map[string]func(*ledgerapiextension.Config){
		"token": func(c *ledgerapiextension.Config) { c.Token = configopaque.String(guardToken) },
		"auth": func(c *ledgerapiextension.Config) {
			c.Server.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: component.NewID(factory.Type())}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, h, "0.0.0.0:0", func(c *ledgerapiextension.Config) {
				c.UI = true
				change(c)
			})
			for _, path := range []string{"/", "/assets/app.js"} {
				resp, _ := ask(t, url+path, nil)
				assert.Equal(t, http.StatusOK, resp.StatusCode, path)
			}
			for _, path := range []string{"/v1/status", "/v1/reports/cost", "/v1/ledger/traces/01", "/metrics", "/openapi.yaml", "/v1/openapi.yaml", "/nothing"} {
				for _, token := range []string{"", "Bearer wrong", "Bearer " + guardToken + "x", "Bearer "} {
					resp, _ := ask(t, url+path, map[string]string{"Authorization": token})
					assert.Equal(t, http.StatusUnauthorized, resp.StatusCode, "%s with %q", path, token)
				}
			}
			resp, _ := ask(t, url+"/v1/openapi.yaml", map[string]string{"Authorization": "Bearer " + guardToken})
			assert.Equal(t, http.StatusOK, resp.StatusCode)
		})
	}
}

// A client of /mcp cannot hold the shutdown up: there is no session, and so no stream
// that stays open.
func TestMCP_EndsWithTheServer(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	ext := create(t, dsn, "127.0.0.1:0")
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	announce(t, ext)
	url, err := remote.Discover(dsn)
	require.NoError(t, err)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	for method, body := range map[string]string{
		http.MethodGet:  "",
		http.MethodPost: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"status","arguments":{}}}`,
	} {
		r, err := http.NewRequestWithContext(t.Context(), method, url+"/mcp", strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		resp, err := client.Do(r)
		require.NoError(t, err, method)
		defer resp.Body.Close()
		content, err := io.ReadAll(resp.Body)
		require.NoError(t, err, "%s ends by itself", method)
		if method == http.MethodPost {
			assert.Contains(t, string(content), "newest_call")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.NoError(t, ext.Shutdown(ctx))
}

func TestEvents_EndWithTheServer(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	ext := create(t, dsn, "127.0.0.1:0", func(c *ledgerapiextension.Config) { c.Server.WriteTimeout = time.Second })
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	announce(t, ext)
	url, err := remote.Discover(dsn)
	require.NoError(t, err)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v1/events", nil)
	require.NoError(t, err)
	resp, err := (&http.Client{Transport: transport}).Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	first := make([]byte, len("event: hello"))
	_, err = io.ReadFull(resp.Body, first)
	require.NoError(t, err)
	assert.Equal(t, "event: hello", string(first))
	time.Sleep(1500 * time.Millisecond) // beyond the write timeout

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.NoError(t, ext.Shutdown(ctx), "an open stream does not hold the shutdown up")
	_, err = io.ReadAll(resp.Body)
	assert.NoError(t, err, "the stream ended in order")
}
