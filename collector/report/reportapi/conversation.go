package reportapi

import (
	"context"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type conversation struct {
	ID           string   `json:"conversation"`
	Start        string   `json:"start"`
	Last         string   `json:"last"`
	Users        []string `json:"users"`
	Applications []string `json:"applications"`
	Runs         int      `json:"runs"`
	Figures      figures  `json:"figures"`
	CacheShare   *float64 `json:"cache_share"`
	Turns        []turn   `json:"turns"`
	Notes        []string `json:"notes"`
}

type turn struct {
	Turn       int               `json:"turn"`
	Start      string            `json:"start"`
	TraceID    string            `json:"trace_id"`
	SpanID     string            `json:"span_id"`
	Agent      string            `json:"agent"`
	Operation  string            `json:"operation"`
	Model      string            `json:"model"`
	Seconds    float64           `json:"seconds"`
	Input      int64             `json:"input_tokens"`
	Growth     *int64            `json:"growth_tokens"`
	CacheRead  int64             `json:"cached_tokens"`
	CacheShare *float64          `json:"cache_share"`
	Output     int64             `json:"output_tokens"`
	Cost       *udecimal.Decimal `json:"cost_usd"`
	Spent      udecimal.Decimal  `json:"total_usd"`
	Error      bool              `json:"error"`
	ErrorType  string            `json:"error_type"`
}

func askConversation(ctx context.Context, in *request) (any, error) {
	q := report.ConversationQuestion{ID: in.PathValue("conversation"), Period: in.period, Where: in.where}
	if !in.query.Has("since") && !in.query.Has("from") {
		q.Period = report.Period{From: ledger.EarliestStart, Until: ledger.LatestStart, Zone: in.period.Zone}
	}
	a, err := report.Conversation(ctx, in.reader, q)
	if err != nil {
		return nil, err
	}
	out := conversation{
		ID: q.ID, Start: in.rfc3339(a.Start()), Last: in.rfc3339(a.Last()), Users: a.Users, Applications: a.Applications, Runs: a.Runs,
		Figures: figuresOf(&a.Totals), CacheShare: fraction(a.Totals.CacheRead, a.Totals.Input), Turns: []turn{}, Notes: list(a.Notes()),
	}
	for i := range a.Turns {
		t := &a.Turns[i]
		c := &t.Call
		out.Turns = append(out.Turns, turn{
			Turn: i + 1, Start: in.rfc3339(c.Start), TraceID: c.TraceID.String(), SpanID: c.SpanID.String(), Agent: c.Agent, Operation: c.Operation, Model: c.Model(),
			Seconds: c.Duration.Seconds(), Input: c.Usage[usage.Input], Growth: t.Growth, CacheRead: c.Usage[usage.CacheRead],
			CacheShare: fraction(c.Usage[usage.CacheRead], c.Usage[usage.Input]), Output: c.Usage[usage.Output], Cost: c.Cost.Amount, Spent: t.Spent,
			Error: c.Error, ErrorType: c.ErrorType,
		})
	}
	return out, nil
}
