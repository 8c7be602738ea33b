package dashboards

func operations() *Dashboard {
	toTrace := column("trace", leadingTo("Open the trace in Jaeger", jaegerTrace+"${__value.raw}"), ofWidth(280))
	return newDashboard("operations", "LLM operations",
		"What are error rate, latency and throughput, and which model or vendor causes errors?",
		"now-1h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Calls per minute", "All calls, including failed ones, over five minutes.", unitCount,
				now(`sum(spanledger:calls:rate5m{`+by+`}) * 60`, ""), decimals(1)),
			stat("Failed", "Share of calls that failed over five minutes.", unitShare,
				now(`(sum(spanledger:calls:rate5m{`+by+`, status="error"}) or vector(0)) / sum(spanledger:calls:rate5m{`+by+`})`, ""),
				decimals(1), levels(0.05, 0.25)),
			stat("Latency p50", "Median of the last five minutes.", unitSeconds, now(quantile(0.5), ""), decimals(2)),
			stat("Latency p95", "95th percentile of the last five minutes.", unitSeconds, now(quantile(0.95), ""), decimals(2), levels(10, 30)),
			stat("Latency p99", "99th percentile of the last five minutes.", unitSeconds, now(quantile(0.99), ""), decimals(2)),
			stat("In flight", "Concurrent calls, average over five minutes.", unitCount,
				now(`sum(spanledger:calls_in_flight:avg5m{`+byModel+`})`, ""), decimals(1)),

			row("Traffic and errors"),
			timeseries("Calls per minute by model", "All calls, including failed ones.", unitPerMinute,
				[]query{over(`sum by (model) (spanledger:calls:rate5m{`+by+`}) * 60`, "{{model}}")}, stacked()),
			timeseries("Failed calls by model", "Error rate by requested model. The line is the threshold of the alert LLMHighErrorRate.", unitShare,
				[]query{
					over(`sum by (model) (spanledger:requested_calls:rate5m{`+asked+`, error_type!=""}) / sum by (model) (spanledger:requested_calls:rate5m{`+asked+`})`, "{{model}}"),
					over(`spanledger:threshold{name="error_ratio"}`, "alert above"),
				}, line("alert above", "red")),
			timeseries("Failed calls per minute by type", "By error type: 429 is a rate limit of the vendor, 5xx an error of the vendor.", unitPerMinute,
				[]query{over(`sum by (error_type) (spanledger:calls:rate5m{`+by+`, status="error"}) * 60`, "{{error_type}}")}, stacked()),
			timeseries("Calls in flight by model", "Concurrent calls, average over five minutes.", unitCount,
				[]query{over(`sum by (model) (spanledger:calls_in_flight:avg5m{`+byModel+`})`, "{{model}}")}, stacked()),

			row("Latency"),
			timeseries("Duration of calls", "From the request to the last byte of the answer. The dots are the slowest calls, with links to their traces. The line is the threshold of the alert LLMHighLatency.", unitSeconds,
				[]query{
					over(quantile(0.5), "p50"), over(quantile(0.95), "p95"), over(quantile(0.99), "p99"),
					tracesOver(`histogram_quantile(0.99, sum by (le) (rate(gen_ai_client_inference_duration_seconds_bucket{`+inferences+`}[5m])))`, "p99 of inference"),
					over(`spanledger:threshold{name="latency_p95_seconds"}`, "alert above"),
				}, line("alert above", "red")),
			timeseries("Duration p95 by model", "95th percentile.", unitSeconds,
				[]query{over(`histogram_quantile(0.95, sum by (le, model) (spanledger:call_duration_seconds_bucket:rate5m{`+byModel+`}))`, "{{model}}")}),
			timeseries("Time to first token", "Streamed calls only: from the request to the first token.", unitSeconds,
				[]query{
					over(firstChunk(0.5), "p50"), over(firstChunk(0.95), "p95"), over(firstChunk(0.99), "p99"),
				}),
			timeseries("Output speed by model", "Output tokens per second of call duration.", unitPerSecond,
				[]query{over(`sum by (model) (spanledger:tokens:rate5m{`+by+`, type="output"}) / sum by (model) (spanledger:calls_in_flight:avg5m{`+byModel+`})`, "{{model}}")}),

			row("Tokens"),
			timeseries("Tokens per minute by type", "Cache reads and writes are part of the input, reasoning is part of the output.", unitPerMinute,
				[]query{over(`sum by (type) (spanledger:tokens:rate5m{`+by+`}) * 60`, "{{type}}")}),
			timeseries("Tokens per minute by model", "Input and output.", unitPerMinute,
				[]query{over(`sum by (model) (spanledger:tokens:rate5m{`+by+`, type=~"input|output"}) * 60`, "{{model}}")}, stacked()),

			row("Errors, newest first"),
			table("Latest errors", "Log records of failed calls, and errors that applications logged inside a trace, with a link to the trace. Log records are kept for days, calls for months.", rows(
				"SELECT time, severity, error_type AS error, provider, model, "+named("application")+" AS application, agent,\n"+
					"  attributes['spanledger.step.name'] AS step, message, trace_id AS trace\n"+
					"FROM logs\n"+whereLogs("(error_type != '' OR severity_number >= 17)")+"\n"+
					// A call that failed has two records; that of its exception says more.
					"ORDER BY time DESC, kind = 'call'\n"+
					"LIMIT 1 BY trace_id, span_id, if(kind = 'application', log_id, '')\n"+
					"LIMIT 50"),
				size(24, 9), toTrace),
			table("Failed calls", "The ledger's failed calls of the time range, with status, attempt and duration.", rows(
				"SELECT start_time AS time, "+model+" AS model, error_type, status_code AS status, attempt, duration_ns / 1e9 AS duration,\n"+
					"  "+named("application")+" AS application, agent, step, trace_id AS trace\n"+
					"FROM llm_calls\n"+where("is_error")+"\nORDER BY start_time DESC\nLIMIT 50"),
				size(24, 9), column("duration", inUnit(unitSeconds), withDecimals(2)), toTrace),
		})
}

func quantile(q float64) string {
	return `histogram_quantile(` + number(q) + `, sum by (le) (spanledger:call_duration_seconds_bucket:rate5m{` + byModel + `}))`
}

func firstChunk(q float64) string {
	return `histogram_quantile(` + number(q) + `, sum by (le) (spanledger:time_to_first_chunk_seconds_bucket:rate5m{` + byModel + `}))`
}

// inferences is the filter of the conventions' own series.
const inferences = `environment=~"$environment", application=~"$application", gen_ai_provider_name=~"$provider", gen_ai_response_model=~"$model"`

// asked is the filter of series by the model asked for, which the variable of
// models that answered does not name.
const asked = `environment=~"$environment", application=~"$application", provider=~"$provider"`
