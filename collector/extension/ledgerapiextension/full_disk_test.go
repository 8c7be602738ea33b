package ledgerapiextension_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/internal/testing/smalldisk"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestWrites_OnAFullDiskMayBeRepeated writes through every path of the API that
// writes, while the disk of the ledger is full and when it has room again.
func TestWrites_OnAFullDiskMayBeRepeated(t *testing.T) {
	disk := t.TempDir()
	smalldisk.Mount(t, disk, 8<<20)
	dsn := "duckdb://" + filepath.Join(disk, "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	now := time.Now().UTC().Truncate(time.Microsecond)
	amount := udecimal.MustParse("1")
	var batch ledger.Batch
	for i := range 200 {
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: ledger.TraceID{1, byte(i)}, SpanID: ledger.SpanID{1}, Start: now.Add(-time.Minute), Received: now, Duration: time.Second,
			RequestModel: "gpt-5", Role: semconv.RoleLLM, Billable: true, Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))

	address := freeAddress(t)
	const token = "sesame"
	ext := create(t, dsn, address, func(c *ledgerapiextension.Config) { c.AdminToken = token })
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, ext.Shutdown(context.Background())) }()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client, err := remote.NewClient("http://"+address, remote.WithHTTPClient(&http.Client{Transport: transport}), remote.WithAdminToken(token))
	require.NoError(t, err)

	outcomes := func(n int) error {
		type outcome struct {
			Name     string `json:"name"`
			TagKey   string `json:"tag_key"`
			TagValue string `json:"tag_value"`
		}
		body := struct {
			Outcomes []outcome `json:"outcomes"`
		}{}
		for i := range 1000 {
			body.Outcomes = append(body.Outcomes, outcome{"resolved", "ticket", fmt.Sprintf("%0500d", n*1000+i)})
		}
		text, err := json.Marshal(body)
		require.NoError(t, err)
		resp, err := (&http.Client{Transport: transport}).Post("http://"+address+"/v1/outcomes", "application/json", strings.NewReader(string(text)))
		require.NoError(t, err)
		defer resp.Body.Close()
		text, err = io.ReadAll(resp.Body)
		require.NoError(t, err)
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		assert.NotEmpty(t, resp.Header.Get("Retry-After"))
		return &remote.ServerError{StatusCode: resp.StatusCode, Message: string(text)}
	}
	days := ledger.DefaultRetention.DetailDays
	writes := map[string]func(n int) error{
		"outcomes": outcomes,
		"retention": func(n int) error {
			r := ledger.DefaultRetention
			r.DetailDays = days + n
			return client.SetRetention(t.Context(), r)
		},
		"void": func(n int) error {
			_, err := client.Void(t.Context(), batch.Calls[n].TraceID, batch.Calls[n].SpanID, strings.Repeat("a load test ", 80))
			return err
		},
	}
	ballast := filepath.Join(disk, "ballast")
	fill := func() {
		file, err := os.Create(ballast)
		require.NoError(t, err)
		defer file.Close()
		for err == nil {
			_, err = file.Write(make([]byte, 4096))
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
	for _, name := range []string{"outcomes", "retention", "void"} {
		t.Run(name, func(t *testing.T) {
			fill()
			// A small one still fits into the last page of the log.
			var err error
			n := 0
			for err == nil && n < 150 {
				n++
				err = writes[name](n)
			}
			var refused *remote.ServerError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, http.StatusServiceUnavailable, refused.StatusCode, refused.Message)
			assert.Contains(t, refused.Message, "No space left on device")
			assert.Contains(t, refused.Message, "free disk space, then repeat the request")
			require.NoError(t, os.Remove(ballast))
			require.NoError(t, writes[name](n), "the same again, with room")
		})
	}
}
