package dashboards

func pipelineHealth() *Dashboard {
	return newDashboard("pipeline", "Pipeline health",
		"Does every call reach the ledger, in time and with a price, and are any lost?",
		"now-1h", nil, []*Panel{
			stat("Collectors", "Collectors that Prometheus can scrape.", unitCount, now(`sum(up{job="spanledger"})`, ""), decimals(0)),
			stat("Ledger queue", "Share of its capacity in use.", unitShare,
				now(`max(exporter:spanledger_queue_ratio:max{exporter=~"cost_ledger.*"})`, ""), decimals(1), levels(0.5, 0.9)),
			stat("Lag of the ledger p95", "From the end of a call to its row in the ledger, over five minutes.", unitSeconds,
				now(`spanledger:ledger_lag_seconds:p95_5m`, ""), decimals(1), levels(60, 300)),
			stat("Lost spans", "Spans that an exporter dropped, in 15 minutes.", unitCount,
				now(`sum(exporter:spanledger_spans_lost:increase15m{exporter=~"cost_ledger.*"}) or vector(0)`, ""), decimals(0), levels(1, 1)),
			stat("Dead letters", "Spans that the store rejected, in 15 minutes.", unitCount,
				now(`spanledger:dead_letters:increase15m or vector(0)`, ""), decimals(0), levels(1, 100)),
			stat("Price catalogue", "Days since the last update of the catalogue.", "suffix: d",
				now(`(time() - min(otelcol_processor_genai_cost_price_catalogue_date)) / 86400`, ""), decimals(0), levels(30, 45)),

			row("In"),
			timeseries("Spans received", "By protocol.", unitPerSecond,
				[]query{over(`spanledger:spans_received:rate5m`, "{{transport}}"), over(`spanledger:spans_refused:rate5m > 0`, "refused, {{transport}}")}),
			timeseries("Dialects", "Spans by the instrumentation that made them.", unitPerSecond,
				[]query{over(`sum by (dialect) (rate(otelcol_processor_genai_normalizer_spans[5m]))`, "{{dialect}}")}, stacked()),
			timeseries("Calls by cost status", "Calls per minute: priced, free, unpriced or invalid.", unitPerMinute,
				[]query{over(`sum by (status) (rate(otelcol_processor_genai_cost_calls[5m])) * 60`, "{{status}}")}, stacked()),
			timeseries("Spans not read", "Spans that look like LLM calls but were not recognized, in 30 minutes, by instrumentation and reason. If they are calls, their cost is missing.", unitCount,
				[]query{over(`scope:spanledger_spans_unread:increase30m`, "{{scope}}, {{reason}}")}, size(12, 8)),
			timeseries("Series of the metrics connector", "Attribute sets in memory. Those above the limit are counted under (other).", unitCount,
				[]query{over(`sum(otelcol_connector_genai_metrics_series)`, "series"), over(`sum(increase(otelcol_connector_genai_metrics_overflowed_calls[5m])) > 0`, "calls under (other)")}),

			row("Out"),
			timeseries("Queues", "Share of capacity in use; the line is the threshold of the alert LedgerQueueFilling.", unitShare,
				[]query{over(`exporter:spanledger_queue_ratio:max`, "{{exporter}}"), over(`spanledger:threshold{name="queue_ratio"}`, "alert above")},
				maximum(1), line("alert above", "red")),
			timeseries("Rows written to the ledger", "By table.", unitPerSecond,
				[]query{over(`sum by (table) (rate(otelcol_exporter_cost_ledger_rows_written[5m]))`, "{{table}}")}),
			timeseries("Write latency", "Time until the store acknowledges a write.", unitSeconds,
				[]query{
					over(`histogram_quantile(0.5, sum by (le) (rate(otelcol_exporter_cost_ledger_write_duration_bucket[5m])))`, "p50"),
					over(`histogram_quantile(0.95, sum by (le) (rate(otelcol_exporter_cost_ledger_write_duration_bucket[5m])))`, "p95"),
				}),
			timeseries("Lag of the ledger", "From the end of a call to its row in the ledger, 95th percentile.", unitSeconds,
				[]query{over(`spanledger:ledger_lag_seconds:p95_5m`, "p95"), over(`spanledger:threshold{name="ledger_lag_seconds"}`, "alert above")}, line("alert above", "red")),

			row("Collector and ledger"),
			timeseries("Collector memory", "Resident memory.", unitBytes,
				[]query{over(`sum by (instance) (otelcol_process_memory_rss)`, "{{instance}}")}),
			timeseries("Collector CPU", "CPU cores in use.", unitCount,
				[]query{over(`sum by (instance) (rate(otelcol_process_cpu_seconds[5m]))`, "{{instance}}")}),
			table("Ledger rows by day", "The last 14 days, with unpriced calls and the time when the last row arrived.", rows(
				"SELECT toDate(start_time, 'UTC') AS day, countIf(billable) AS calls, countIf(billable AND is_error) AS failed, countIf(billable AND cost_status IN ('unpriced', 'invalid')) AS unpriced,\n"+
					"  countIf(NOT billable) AS \"not billable\", sumIf(cost, billable) AS cost, max(received_time) AS newest\n"+
					"FROM llm_calls\nWHERE start_time >= now() - INTERVAL 14 DAY\nGROUP BY day ORDER BY day DESC"),
				size(24, 8), column("cost", inUnit(unitUSD), withDecimals(4))),
		})
}
