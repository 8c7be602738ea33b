package genaicostprocessor

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

func BenchmarkSpan(b *testing.B) {
	for name, attributes := range map[string]map[string]any{
		"plain":   chat(map[string]any{"gen_ai.usage.input_tokens": 8000, "gen_ai.usage.output_tokens": 900}),
		"cached":  chat(map[string]any{"gen_ai.usage.input_tokens": 8000, "gen_ai.usage.cache_read.input_tokens": 3000, "gen_ai.usage.output_tokens": 900, "openai.response.service_tier": "priority"}),
		"foreign": {"http.request.method": "GET", "url.full": "https://example.com", "http.response.status_code": 200, "server.address": "example.com"},
	} {
		b.Run(name, func(b *testing.B) {
			const batch = 1000
			c, _ := newTestCoster(b, createDefaultConfig().(*Config))
			// The spans of a service have their attributes in one order.
			template := tracesOf(b, attributes)
			spans := template.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
			for spans.Len() < batch {
				spans.At(0).CopyTo(spans.AppendEmpty())
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += batch {
				b.StopTimer()
				td := ptrace.NewTraces()
				template.CopyTo(td)
				b.StartTimer()
				if _, err := c.processTraces(b.Context(), td); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
