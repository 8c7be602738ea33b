package reportapi_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// wholeTraces counts how often a whole trace is read.
type wholeTraces struct {
	ledger.Store
	read int
}

func (s *wholeTraces) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	s.read++
	return s.Store.Trace(ctx, id)
}

// largeRun serves an agent, span 1, and calls with the next ids, each cheaper than the one before.
func largeRun(t *testing.T, calls int) (string, *wholeTraces) {
	t.Helper()
	agent := ledger.AgentSpan{
		TraceID: ledger.TraceID{1}, SpanID: numbered(1), Start: october, Duration: time.Hour,
		Role: semconv.RoleAgent, Agent: "triage", Name: "invoke_agent triage", Received: october,
	}
	batch := ledger.Batch{Spans: []ledger.AgentSpan{agent}}
	for n := range calls {
		amount := udecimal.MustFromInt64(int64(calls-n), 3)
		c := ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: numbered(2 + n), ParentSpanID: agent.SpanID, Start: october, Received: october, Duration: time.Second,
			Provider: semconv.ProviderOpenAI, RequestModel: "gpt-5", Role: semconv.RoleLLM, Operation: "chat", Billable: true,
		}
		c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}
		batch.Calls = append(batch.Calls, c)
	}
	store := &wholeTraces{Store: emptyStore(t)}
	require.NoError(t, store.Write(t.Context(), batch))
	return start(t, reportapi.Handler(store)) + "/v1/traces/01000000000000000000000000000000", store
}

func numbered(n int) (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return id
}

func TestTrace_HasTheSpanThatIsAskedFor(t *testing.T) {
	url, _ := largeRun(t, 30)
	type run struct {
		SpanCount int `json:"span_count"`
		Spans     []struct {
			SpanID string `json:"span_id"`
		}
	}
	for _, asked := range []string{"", numbered(31).String()} {
		shown := answer[run](t, url+"?max_spans=3&span="+asked)
		require.Len(t, shown.Spans, 3)
		assert.Equal(t, 31, shown.SpanCount)
		last := shown.Spans[1].SpanID == numbered(31).String() || shown.Spans[2].SpanID == numbered(31).String()
		assert.Equal(t, asked != "", last, "the cheapest call: %v", shown.Spans)
	}
	status, _, body := get(t, url+"?span=xyz")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, `span \"xyz\"`)
}

func TestSpan_OfAnAgentIsReadWithoutAllSpansOfALargeRun(t *testing.T) {
	url, store := largeRun(t, ledger.DefaultTraceSpans+1)
	type detail struct {
		Name  string
		Price *struct {
			Cost udecimal.Decimal `json:"cost_usd"`
		}
	}
	agent := answer[detail](t, url+"/spans/"+numbered(1).String())
	assert.Equal(t, "agent triage", agent.Name)
	assert.Zero(t, store.read)
	cheapest := answer[detail](t, fmt.Sprint(url, "/spans/", numbered(ledger.DefaultTraceSpans+2)))
	assert.Equal(t, "0.001", cheapest.Price.Cost.String())
	assert.Equal(t, 1, store.read, "other spans of the call may be anywhere")
}
