package securitytest

import (
	"context"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// collect starts the shipped configuration with the examples added to it, and
// returns the address it listens on.
func collect(t *testing.T, examples ...string) string {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	host := parts.Loopback(t)
	data := t.TempDir()
	t.Setenv("SPANLEDGER_LISTEN", host)
	t.Setenv("SPANLEDGER_API", host+":8890")
	t.Setenv("SPANLEDGER_DATA", data)
	t.Setenv("CLICKHOUSE_ENDPOINT", "duckdb://"+filepath.Join(data, "ledger.duckdb"))
	t.Setenv("JAEGER_ENDPOINT", parts.FreeAddr(t))
	uris := []string{"file:" + filepath.Join(root, "otel-collector.yaml")}
	for _, example := range examples {
		uris = append(uris, "file:"+filepath.Join(root, "deploy", "security", example))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	running, err := distro.Start(ctx, uris...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Shutdown()) })
	return host
}

// send exports one empty request over gRPC: it is accepted or refused before
// its content matters.
func send(t *testing.T, host string, config *tls.Config, token string) error {
	t.Helper()
	transport := insecure.NewCredentials()
	if config != nil {
		transport = credentials.NewTLS(config)
	}
	conn, err := grpc.NewClient(host+":4317", grpc.WithTransportCredentials(transport))
	require.NoError(t, err)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	_, err = ptraceotlp.NewGRPCClient(conn).Export(ctx, ptraceotlp.NewExportRequestFromTraces(ptrace.NewTraces()))
	return err
}

// post exports over HTTP and returns the status.
func post(t *testing.T, url string, config *tls.Config, token string) (int, error) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/traces", strings.NewReader(`{"resourceSpans":[]}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	return res.StatusCode, nil
}

func serve(t *testing.T, server *authority, host string) {
	t.Helper()
	certFile, keyFile := server.issue(t, host)
	t.Setenv("OTLP_CERT_FILE", certFile)
	t.Setenv("OTLP_KEY_FILE", keyFile)
}

func TestReceivers_TLSRefusesPlainTextAndUntrustingClients(t *testing.T) {
	ours, theirs := newAuthority(t, "ours"), newAuthority(t, "theirs")
	serve(t, ours, parts.Loopback(t))
	host := collect(t, "otlp-tls.yaml")

	require.NoError(t, send(t, host, ours.client(t, "", ""), ""))
	code, err := post(t, "https://"+host+":4318", ours.client(t, "", ""), "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, code)

	require.Error(t, send(t, host, nil, ""), "a plain client")
	code, err = post(t, "http://"+host+":4318", nil, "")
	require.True(t, err != nil || code == http.StatusBadRequest, "a plain client over HTTP: %d", code)
	require.Error(t, send(t, host, theirs.client(t, "", ""), ""), "a client of another authority")
	require.Error(t, send(t, host, &tls.Config{
		RootCAs: ours.client(t, "", "").RootCAs, MaxVersion: tls.VersionTLS11,
	}, ""), "TLS 1.1")
}

func TestReceivers_MutualTLSRefusesClientsWithoutOurCertificate(t *testing.T) {
	ours, theirs := newAuthority(t, "ours"), newAuthority(t, "theirs")
	serve(t, ours, parts.Loopback(t))
	t.Setenv("OTLP_CLIENT_CA_FILE", ours.file)
	host := collect(t, "otlp-mtls.yaml")
	goodCert, goodKey := ours.issue(t, "127.0.0.1")
	badCert, badKey := theirs.issue(t, "127.0.0.1")

	require.NoError(t, send(t, host, ours.client(t, goodCert, goodKey), ""))
	require.Error(t, send(t, host, ours.client(t, "", ""), ""), "no certificate")
	require.Error(t, send(t, host, ours.client(t, badCert, badKey), ""), "a certificate of another authority")
	require.Error(t, send(t, host, nil, ""), "a plain client")
	_, err := post(t, "https://"+host+":4318", ours.client(t, "", ""), "")
	require.Error(t, err, "no certificate, over HTTP")
}

func TestReceivers_DemandATokenOnBothProtocols(t *testing.T) {
	ours := newAuthority(t, "ours")
	serve(t, ours, parts.Loopback(t))
	tokens := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(tokens, []byte("the-old-token\nthe-token\n"), 0o600))
	t.Setenv("OTLP_TOKEN_FILE", tokens)
	host := collect(t, "otlp-tls.yaml", "otlp-token.yaml")
	client := ours.client(t, "", "")

	for _, token := range []string{"the-token", "the-old-token"} {
		require.NoError(t, send(t, host, client, token), token)
		code, err := post(t, "https://"+host+":4318", client, token)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, code, token)
	}
	for _, token := range []string{"", "a-wrong-token", "the-toke", "the-token2"} {
		require.Equal(t, codes.Unauthenticated, status.Code(send(t, host, client, token)), "token %q", token)
		code, err := post(t, "https://"+host+":4318", client, token)
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, code, "token %q", token)
	}
}
