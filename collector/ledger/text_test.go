package ledger_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestText_IsValidWhereverTheBadByteIs(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("x", n)
		require.True(t, ledger.ValidText(text))
		for i := range n {
			put := func(s string) string { return text[:i] + s + text[i+1:] }
			require.True(t, ledger.ValidText(put("\x01")), "%d of %d", i, n)
			require.True(t, ledger.ValidText(put("\x7f")), "%d of %d", i, n)
			require.True(t, ledger.ValidText(put("ü")), "%d of %d", i, n)
			require.True(t, ledger.ValidText(put("日")), "%d of %d", i, n)
			require.False(t, ledger.ValidText(put("\x00")), "%d of %d", i, n)
			require.False(t, ledger.ValidText(put("\x80")), "%d of %d", i, n)
			require.False(t, ledger.ValidText(put("\xff")), "%d of %d", i, n)
			require.False(t, ledger.ValidText(put("ü\x00")), "%d of %d", i, n)
		}
	}
}

func FuzzValidText(f *testing.F) {
	for _, s := range []string{"", "text of more than eight bytes", "a\x00b", "\xc3", "eight by\xc3\xbc", "ünïcödé täxt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		require.Equal(t, utf8.ValidString(s) && strings.IndexByte(s, 0) < 0, ledger.ValidText(s))
	})
}

func BenchmarkCheck(b *testing.B) {
	amount := udecimal.MustParse("0.010625")
	now := time.Now()
	call := ledger.Call{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: now, Received: now,
		User: "u-1", Department: "claims", Application: "intake-bot", Environment: "production",
		Workflow: "briefing", Agent: "planner", Step: "look up policy", ConversationID: "conv_0123456789abcdefghijkl",
		Service: "intake", Provider: "anthropic", ServerAddress: "api.anthropic.com", Operation: "chat",
		RequestModel: "claude-sonnet-4-5", ResponseModel: "claude-sonnet-4-5-20250929", ResponseID: "msg_010123456789abcdefghijkl",
		ServiceTier: "standard", FinishReasons: []string{"stop"}, UsageSource: "reported",
		Cost: ledger.Cost{
			Status: "priced", Amount: &amount, Currency: "USD", CatalogVersion: "2026-11-01",
			Bill: ledger.ReadBill(`[{"kind":"input","quantity":3000,"rate_usd":"3","per":1000000,"cost_usd":"0.009"},` +
				`{"kind":"output","quantity":108,"rate_usd":"15","per":1000000,"cost_usd":"0.00162"}]`),
		},
		Role: "llm", Dialect: "spanledger", Claim: "transport",
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := call.Check(); err != nil {
			b.Fatal(err)
		}
	}
}
