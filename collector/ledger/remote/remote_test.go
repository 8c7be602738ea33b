package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// farStore writes to a store directly and reads it over the wire.
type farStore struct {
	*duckdb.Store
	reader *remote.Client
}

func (s farStore) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return s.reader.Aggregate(ctx, q)
}

func (s farStore) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return s.reader.KeptSums(ctx, q)
}

func (s farStore) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	return s.reader.Trace(ctx, id)
}

func (s farStore) FoldedTrace(ctx context.Context, q ledger.FoldQuery) (*ledger.Trace, error) {
	return s.reader.FoldedTrace(ctx, q)
}

func (s farStore) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	return s.reader.Traces(ctx, q)
}

func (s farStore) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	return s.reader.Logs(ctx, q)
}

func (s farStore) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	return s.reader.Prefixes(ctx, q)
}

func (s farStore) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	return s.reader.Waste(ctx, q)
}

func (s farStore) Contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	return s.reader.Contexts(ctx, q)
}

func (s farStore) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	return s.reader.CacheMisses(ctx, q)
}

func (s farStore) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	return s.reader.Results(ctx, q)
}

func (s farStore) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	return s.reader.CallList(ctx, q)
}

func (s farStore) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	return s.reader.Conversations(ctx, q)
}

func TestRemote_AnswersOverTheWireAreThoseOfTheStore(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledger.Store {
		store, err := duckdb.Open(t.Context(), ":memory:")
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		t.Cleanup(func() { assert.NoError(t, store.Close()) })
		return farStore{Store: store, reader: serve(t, remote.Handler(store))}
	})
}

func serve(t *testing.T, handler http.Handler, opts ...remote.Option) *remote.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := remote.NewClient(server.URL, append(opts, remote.WithHTTPClient(server.Client()))...)
	require.NoError(t, err)
	return client
}

// brokenReader fails every question in the way it is told to.
type brokenReader struct {
	ledger.Reader
	err error
}

func (b brokenReader) Aggregate(context.Context, ledger.Query) ([]ledger.Group, error) {
	return nil, b.err
}

func (b brokenReader) FoldedTrace(context.Context, ledger.FoldQuery) (*ledger.Trace, error) {
	return nil, b.err
}

func TestRemote_ErrorsKeepWhatACallerMayActOn(t *testing.T) {
	t.Run("a trace nobody stored is not found", func(t *testing.T) {
		_, err := serve(t, remote.Handler(brokenReader{err: ledger.ErrNotFound})).Trace(t.Context(), ledger.TraceID{1})
		assert.ErrorIs(t, err, ledger.ErrNotFound)
	})
	t.Run("a question that the server does not know is unsupported", func(t *testing.T) {
		_, err := serve(t, http.NotFoundHandler()).Prefixes(t.Context(), ledger.PrefixQuery{Within: time.Minute})
		assert.ErrorIs(t, err, errors.ErrUnsupported)
	})
	t.Run("a store that fails is the server's error", func(t *testing.T) {
		_, err := serve(t, remote.Handler(brokenReader{err: errors.New("disk is gone")})).Aggregate(t.Context(), ledger.Query{})
		var refused *remote.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, http.StatusInternalServerError, refused.StatusCode)
		assert.Equal(t, "disk is gone", refused.Message)
	})
	t.Run("a server that wants a token says how to give one", func(t *testing.T) {
		locked := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer open sesame" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(`{"groups":[]}`))
		})
		_, err := serve(t, locked).Aggregate(t.Context(), ledger.Query{})
		assert.ErrorContains(t, err, "requires a token (401): set SPANLEDGER_TOKEN")
		_, err = serve(t, locked, remote.WithToken("guessed")).Aggregate(t.Context(), ledger.Query{})
		assert.ErrorContains(t, err, "rejected the token in SPANLEDGER_TOKEN (401)")
		_, err = serve(t, locked, remote.WithToken("open sesame")).Aggregate(t.Context(), ledger.Query{})
		assert.NoError(t, err)
	})
	t.Run("another server at the address is no ledger", func(t *testing.T) {
		client := serve(t, http.NotFoundHandler())
		_, err := client.Trace(t.Context(), ledger.TraceID{1})
		require.Error(t, err)
		assert.NotErrorIs(t, err, ledger.ErrNotFound)
		_, err = client.Aggregate(t.Context(), ledger.Query{})
		assert.ErrorContains(t, err, "is not a ledger API (404): its port is 8890 by default, not OTLP's 4317 or 4318")
	})
	t.Run("a server of gRPC is no ledger", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		server := grpc.NewServer()
		go func() { _ = server.Serve(listener) }()
		defer server.Stop()
		client, err := remote.NewClient("http://" + listener.Addr().String())
		require.NoError(t, err)
		_, err = client.Aggregate(t.Context(), ledger.Query{})
		assert.ErrorContains(t, err, "is not a ledger API (malformed HTTP response): its port is 8890")
	})
	t.Run("an answer that is no JSON names its path", func(t *testing.T) {
		client := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
		_, err := client.Traces(t.Context(), ledger.TraceQuery{})
		assert.ErrorContains(t, err, "/v1/ledger/traces")
	})
}

func TestRemote_TheZoneOfThisMachineIsRefused(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	defer func(local *time.Location) { time.Local = local }(time.Local)
	time.Local = berlin
	_, err = serve(t, http.NotFoundHandler()).Aggregate(t.Context(), ledger.Query{Zone: time.Local})
	assert.ErrorContains(t, err, "IANA name")
}

func TestRemote_ServersAreURLs(t *testing.T) {
	for _, base := range []string{"", "localhost:8890", "ftp://host", "http://", "::"} {
		_, err := remote.NewClient(base)
		assert.ErrorContains(t, err, "expected a URL such as", base)
	}
}

func TestRemote_BadQuestionsAreRefusedByName(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { store.Close() })
	require.NoError(t, store.Migrate(t.Context()))
	server := httptest.NewServer(remote.Handler(store))
	t.Cleanup(server.Close)

	const period = `"from":"2026-10-01T00:00:00Z","until":"2026-11-01T00:00:00Z"`
	for name, question := range map[string]struct{ body, want string }{
		"no JSON":              {"", "body"},
		"an unknown field":     {`{` + period + `,"group":["user"]}`, "group"},
		"an unknown dimension": {`{` + period + `,"by":["colour"]}`, "colour"},
		"an unknown zone":      {`{` + period + `,"zone":"Mars/Base"}`, "Mars/Base"},
		"a body without end":   {`{"zone":"` + strings.Repeat("x", 2<<20) + `"}`, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := http.Post(server.URL+"/v1/ledger/aggregate", "application/json", strings.NewReader(question.body))
			require.NoError(t, err)
			defer resp.Body.Close()
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
			var problem struct{ Error string }
			require.NoError(t, json.NewDecoder(resp.Body).Decode(&problem))
			assert.Contains(t, problem.Error, question.want)
		})
	}
	t.Run("an id that is none", func(t *testing.T) {
		resp, err := http.Get(server.URL + "/v1/ledger/traces/beef")
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
	})
}

func TestRemote_DiscoverFindsWhatWasAnnounced(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb") + "?threads=1"
	url, err := remote.Discover(dsn)
	require.NoError(t, err)
	assert.Empty(t, url)

	left := strings.TrimPrefix(strings.TrimSuffix(dsn, "?threads=1"), "duckdb://") + ".api"
	require.NoError(t, os.WriteFile(left, []byte("http://127.0.0.1:3\n"), 0o644))
	path, err := remote.Announce(dsn, "http://127.0.0.1:1", "admin")
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, left, path)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "a reader of the file may change the ledger")
	url, err = remote.Discover(dsn)
	require.NoError(t, err)
	assert.Equal(t, "http://127.0.0.1:1", url)
	token, err := remote.DiscoverAdminToken(dsn)
	require.NoError(t, err)
	assert.Equal(t, "admin", token)

	require.NoError(t, remote.Withdraw(path, "http://127.0.0.1:2"))
	assert.FileExists(t, path, "another process has announced itself meanwhile")
	require.NoError(t, remote.Withdraw(path, "http://127.0.0.1:1"))
	assert.NoFileExists(t, path)
	require.NoError(t, remote.Withdraw(path, "http://127.0.0.1:1"), "gone already")

	for _, elsewhere := range []string{"duckdb://:memory:", "clickhouse://127.0.0.1:9000/spanledger"} {
		path, err := remote.Announce(elsewhere, "http://127.0.0.1:1", "admin")
		require.NoError(t, err)
		assert.Empty(t, path)
	}
}
