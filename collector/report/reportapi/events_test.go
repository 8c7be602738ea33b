package reportapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// listen opens a stream; next waits for an event of a name and gives its data.
func listen(t *testing.T, url string) (resp *http.Response, next func(name string) string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/events", nil)
	require.NoError(t, err)
	resp, err = http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return resp, func(name string) string {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: "+name {
				require.True(t, lines.Scan())
				return strings.TrimPrefix(lines.Text(), "data: ")
			}
		}
		t.Fatalf("no event %s: %v", name, lines.Err())
		return ""
	}
}

func TestEvents_TellOfCallsAsTheyArrive(t *testing.T) {
	store := emptyStore(t)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{
		priced(t, 1, 1, "gpt-5", time.Now().UTC().Add(-time.Minute).Truncate(time.Microsecond), usage.Counts{usage.Input: 10}),
	}}))
	stop := make(chan struct{})
	url := start(t, reportapi.Handler(store, reportapi.WithStop(stop)))
	resp, next := listen(t, url)
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	next("hello")
	// One is as late as a day's run: it is not among the newest calls, and counted.
	late := priced(t, 2, 2, "gpt-5", time.Now().UTC().Add(-5*time.Hour).Truncate(time.Microsecond), usage.Counts{usage.Input: 10})
	fresh := priced(t, 3, 3, "gpt-5", time.Now().UTC().Truncate(time.Microsecond), usage.Counts{usage.Input: 10})
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{late, fresh}}))
	data := next("calls")
	var event struct {
		Requests int
		Calls    []struct {
			SpanID string `json:"span_id"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(data), &event))
	assert.Equal(t, 2, event.Requests)
	require.Len(t, event.Calls, 2)
	assert.Equal(t, fresh.SpanID.String(), event.Calls[0].SpanID, "the call before the stream began is not told of")

	s := readSpec(t, url)
	schema, err := s.schemas.Compile(specFile + "#/components/schemas/event")
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(parsed))

	close(stop)
	_, err = bufio.NewReader(resp.Body).ReadByte()
	assert.Error(t, err, "the stream ends when the server stops")
}

func TestEvents_ListenersAreBounded(t *testing.T) {
	url := start(t, reportapi.Handler(emptyStore(t)))
	for range 32 {
		resp, next := listen(t, url)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		next("hello")
	}
	resp, err := http.Get(url + "/v1/events")
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Equal(t, "10", resp.Header.Get("Retry-After"))
}
