package logtail_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/logtail"
)

var failure = ledger.Log{
	TraceID: ledger.TraceID{0xab, 15: 1}, SpanID: ledger.SpanID{7: 1}, ID: ledger.LogID{7: 1},
	Time: time.Date(2026, 10, 27, 12, 0, 0, 123456789, time.UTC), Kind: ledger.LogEvent, Severity: 13,
	EventName: "gen_ai.client.operation.exception", ErrorType: "429", Model: "gpt-5", User: "u 1",
	Department: "claims", Application: "intake", Service: "intake", Agent: "triage",
	Attributes: map[string]string{"exception.message": "HTTP 429\x1b[31m\nToo Many Requests"},
}

func TestWrite_TextHasTheWholeContextOnALine(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, logtail.NewText(&out, logtail.TextOptions{Zone: berlin}).Write([]ledger.Log{
		failure,
		{Time: failure.Time, Body: "listening", Service: "intake"},
	}))
	require.Equal(t, `2026-10-27 13:00:00.123 CET  WARN   HTTP 429·[31m·Too Many Requests  `+
		`error=429 model=gpt-5 user="u 1" department=claims application=intake agent=triage event=gen_ai.client.operation.exception trace=ab000000000000000000000000000001
2026-10-27 13:00:00.123 CET  -      listening  service=intake
`, out.String())
}

func TestWrite_ColourOnlyWhenAsked(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, logtail.NewText(&out, logtail.TextOptions{Color: true}).Write([]ledger.Log{failure}))
	require.Contains(t, out.String(), "\x1b[33mWARN \x1b[0m")
	require.NotContains(t, out.String(), "429\x1b[31m", "a record cannot drive the terminal")
}

func TestWrite_JSONIsAnObjectALineWithAllThatIsStored(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, logtail.NewJSON(&out).Write([]ledger.Log{failure, failure}))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	var back struct {
		ledger.Log
		SeverityText string `json:"severity_text"`
		Message      string `json:"message"`
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &back))
	require.Equal(t, failure, back.Log)
	require.Equal(t, "WARN", back.SeverityText)
	require.Equal(t, failure.Attributes["exception.message"], back.Message)
}
