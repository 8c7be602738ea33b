package reportapi_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// conversationOf is three turns of one conversation, the second of which
// failed, and a call without one.
func conversationOf(t *testing.T) ledger.Batch {
	t.Helper()
	var calls []ledger.Call
	for i, counts := range []usage.Counts{{usage.Input: 1000, usage.Output: 10}, {}, {usage.Input: 2500, usage.Output: 20, usage.CacheRead: 1000}} {
		c := priced(t, byte(i+1), byte(i+1), "gpt-5", october.Add(time.Duration(i)*time.Minute), counts)
		c.ConversationID = "conv 1"
		calls = append(calls, c)
	}
	calls[1].Error, calls[1].ErrorType = true, "429"
	alone := priced(t, 9, 9, "gpt-5", october, usage.Counts{usage.Input: 10})
	return ledger.Batch{Calls: append(calls, alone)}
}

type rows[T any] struct {
	Tables []struct {
		Rows []T
		More bool
	}
	Notes []string
}

func TestConversation_GrowsTurnByTurn(t *testing.T) {
	url := serveRows(t, conversationOf(t))
	a := answer[struct {
		Runs    int
		Figures struct {
			Cost udecimal.Decimal `json:"cost_usd"`
		}
		Turns []struct {
			Growth     *int64           `json:"growth_tokens"`
			Spent      udecimal.Decimal `json:"total_usd"`
			CacheShare *float64         `json:"cache_share"`
		}
	}](t, url+"/v1/conversations/conv%201")
	require.Len(t, a.Turns, 3)
	assert.Equal(t, 3, a.Runs)
	assert.Nil(t, a.Turns[0].Growth)
	assert.Nil(t, a.Turns[1].Growth, "it failed and reports no usage")
	assert.Equal(t, int64(1500), *a.Turns[2].Growth, "against the turn before the failed one")
	assert.InDelta(t, 0.4, *a.Turns[2].CacheShare, 1e-9)
	assert.True(t, a.Turns[2].Spent.Equal(a.Figures.Cost))

	list := answer[rows[struct {
		Conversation string
		Turns        int64
		First        int64 `json:"first_input_tokens"`
		Last         int64 `json:"last_input_tokens"`
	}]](t, url+"/v1/reports/conversations?"+octoberQuery)
	require.Len(t, list.Tables[0].Rows, 1)
	assert.Equal(t, int64(3), list.Tables[0].Rows[0].Turns)
	assert.Equal(t, int64(2500), list.Tables[0].Rows[0].Last)
	assert.Contains(t, fmt.Sprint(list.Notes), "1 request names no conversation")
	status, _, _ := get(t, url+"/v1/conversations/none")
	assert.Equal(t, http.StatusNotFound, status)
}

// Agents of a conversation have contexts of their own, and an embedding has none.
func TestConversation_ComparesTheContextsOfOneAgent(t *testing.T) {
	batch := conversationOf(t)
	for i, more := range []struct {
		agent, operation string
		input            int64
	}{{"writer", semconv.OperationChat, 300}, {"", semconv.OperationEmbeddings, 90_000}, {"writer", semconv.OperationChat, 450}, {"", semconv.OperationChat, 2600}} {
		c := priced(t, byte(i+20), byte(i+20), "gpt-5", october.Add(time.Duration(10+i)*time.Minute), usage.Counts{usage.Input: more.input})
		c.ConversationID, c.Agent, c.Operation = "conv 1", more.agent, more.operation
		batch.Calls = append(batch.Calls, c)
	}
	url := serveRows(t, batch)
	type turns struct {
		Turns []struct {
			Operation string
			Input     int64  `json:"input_tokens"`
			Growth    *int64 `json:"growth_tokens"`
		}
	}
	var growth []string
	for _, turn := range answer[turns](t, url+"/v1/conversations/conv%201").Turns {
		text := fmt.Sprintf("%s %d", turn.Operation, turn.Input)
		if turn.Growth != nil {
			text += fmt.Sprintf(" %+d", *turn.Growth)
		}
		growth = append(growth, text)
	}
	assert.Equal(t, []string{"chat 1000", "chat 0", "chat 2500 +1500", "chat 300", "embeddings 90000", "chat 450 +150", "chat 2600 +100"}, growth)

	list := answer[rows[struct {
		Last    int64 `json:"last_input_tokens"`
		Largest int64 `json:"max_input_tokens"`
	}]](t, url+"/v1/reports/conversations?"+octoberQuery)
	assert.Equal(t, int64(2600), list.Tables[0].Rows[0].Last)
	assert.Equal(t, int64(2600), list.Tables[0].Rows[0].Largest)
}

// The list and the detail of a conversation have the same calls.
func TestConversation_IsNarrowedAsTheListIs(t *testing.T) {
	url := serveRows(t, conversationOf(t))
	for query, turns := range map[string]int64{
		octoberQuery:                            3,
		octoberQuery + "&where=error_type!=429": 2,
		"from=" + october.Add(90*time.Second).Format(time.RFC3339) + "&to=2026-11-01": 1,
	} {
		list := answer[rows[struct {
			Turns int64
			Cost  udecimal.Decimal `json:"cost_usd"`
		}]](t, url+"/v1/reports/conversations?"+query)
		require.Len(t, list.Tables[0].Rows, 1, query)
		one := answer[struct {
			Figures struct {
				Requests int64
				Cost     udecimal.Decimal `json:"cost_usd"`
			}
		}](t, url+"/v1/conversations/conv%201?"+query)
		assert.Equal(t, turns, list.Tables[0].Rows[0].Turns, query)
		assert.Equal(t, turns, one.Figures.Requests, query)
		assert.True(t, list.Tables[0].Rows[0].Cost.Equal(one.Figures.Cost), query)
	}
	status, _, _ := get(t, url+"/v1/conversations/conv%201?"+octoberQuery+"&where=user=nobody")
	assert.Equal(t, http.StatusNotFound, status)
}

func TestLists_AreNarrowedSortedAndPaged(t *testing.T) {
	url := serveRows(t, conversationOf(t))
	type call struct {
		SpanID string `json:"span_id"`
		Error  bool
	}
	spans := func(query string) (ids []string, more bool) {
		a := answer[rows[call]](t, url+"/v1/reports/calls?"+octoberQuery+query)
		for _, r := range a.Tables[0].Rows {
			ids = append(ids, r.SpanID[:2])
		}
		return ids, a.Tables[0].More
	}
	ids, more := spans("&errors=true")
	assert.Equal(t, []string{"02"}, ids)
	assert.False(t, more)
	ids, more = spans("&top=2&offset=1")
	assert.Equal(t, []string{"02", "01"}, ids)
	assert.True(t, more)
	ids, _ = spans("&sort=cost&top=1&where=conversation=conv%201")
	assert.Equal(t, []string{"03"}, ids)
	ids, _ = spans("&min_cost=1000")
	assert.Empty(t, ids)
	ids, _ = spans("&trace=09000000000000000000000000000000")
	assert.Equal(t, []string{"09"}, ids)

	runs := answer[rows[struct {
		TraceID string `json:"trace_id"`
	}]](t, url+"/v1/reports/traces?"+octoberQuery+"&errors=true&where=user=amara")
	require.Len(t, runs.Tables[0].Rows, 1)
	assert.Equal(t, "02", runs.Tables[0].Rows[0].TraceID[:2])

	lines := answer[rows[struct{ Conversation string }]](t, url+"/v1/reports/cost?by=conversation&sort=-requests&top=1&"+octoberQuery)
	assert.Equal(t, "(none)", lines.Tables[0].Rows[0].Conversation)
	assert.Equal(t, "(1 others)", lines.Tables[0].Rows[1].Conversation)
	assert.True(t, lines.Tables[0].More)
	for query, want := range map[string]string{
		"calls?sort=dearest": "use newest, slowest or cost", "calls?errors=maybe": "use true or false", "calls?min_cost=-1": "use an amount",
		"calls?trace=1": "trace", "calls?offset=-1": "use a number from 0", "cost?by=user&sort=colour": "use average, average_cost, cached_tokens",
	} {
		status, _, body := get(t, url+"/v1/reports/"+query)
		assert.Equal(t, http.StatusBadRequest, status, query)
		assert.Contains(t, body, want, query)
	}
}

func TestDimensions_HaveTheTagsOfCalls(t *testing.T) {
	batch := conversationOf(t)
	batch.Calls[0].Tags = map[string]string{"feature": "search", "channel": "web"}
	a := answer[struct {
		Dimensions []struct{ Name, Title, Kind string }
	}](t, serveRows(t, batch)+"/v1/dimensions?"+octoberQuery)
	kinds := map[string]string{}
	for _, d := range a.Dimensions {
		kinds[d.Name] = d.Kind
	}
	assert.Len(t, kinds, len(ledger.Dimensions)+2)
	assert.Equal(t, "tag", kinds["tag:feature"])
	assert.Equal(t, "run", kinds["conversation"])
	assert.Equal(t, "attribution", kinds["cost_center"])
}

func TestStatus_NamesTheNewestCallHoweverOld(t *testing.T) {
	type status struct {
		NewestCall *time.Time `json:"newest_call"`
	}
	assert.Nil(t, answer[status](t, serveRows(t, ledger.Batch{})+"/v1/status").NewestCall)
	newest := answer[status](t, serveRows(t, conversationOf(t))+"/v1/status").NewestCall
	require.NotNil(t, newest)
	assert.Equal(t, october.Add(2*time.Minute), newest.UTC())
}
