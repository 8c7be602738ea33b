package dashboards

func userExperience() *Dashboard {
	return newDashboard("user-experience", "User experience",
		"How long do users wait, whose calls fail, and when is the load highest?",
		"now-24h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Users", "Distinct users with a call in the time range.", unitCount, rows(
				"SELECT uniqExact(user_id) AS users FROM llm_calls\n"+where("user_id != ''")), size(6, 4), decimals(0)),
			stat("Success rate", "Share of calls that did not fail in the time range.", unitShare, rows(
				"SELECT countIf(NOT is_error) / greatest(count(), 1) AS success_rate FROM llm_calls\n"+where()), size(6, 4), decimals(2)),
			stat("Time to first token p50", "Median of streamed calls in the time range.", unitSeconds, rows(
				"SELECT quantileExact(0.5)(ttfc_ns) / 1e9 AS seconds FROM llm_calls\n"+where("ttfc_ns > 0")), size(6, 4), decimals(2)),
			stat("Latency p95", "95th percentile of the time range.", unitSeconds, rows(
				"SELECT quantileExact(0.95)(duration_ns) / 1e9 AS seconds FROM llm_calls\n"+where()), size(6, 4), decimals(2), levels(10, 30)),

			heatmap("Latency distribution", "Calls per second, by duration. A second band above the first shows a slow vendor, model or prompt.", unitSeconds,
				buckets(`sum by (le) (spanledger:call_duration_seconds_bucket:rate5m{`+byModel+`})`)),
			heatmap("Time to first token distribution", "Streamed calls per second, by time to first token.", unitSeconds,
				buckets(`sum by (le) (spanledger:time_to_first_chunk_seconds_bucket:rate5m{`+byModel+`})`)),

			table("Users with the most errors", "Users by error rate, with latency.", rows(
				"SELECT "+named("user_id")+" AS user, "+named("department")+" AS department, count() AS calls,\n"+
					"  countIf(NOT is_error) / count() AS success_rate, quantileExact(0.5)(duration_ns) / 1e9 AS p50, quantileExact(0.95)(duration_ns) / 1e9 AS p95\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY user, department ORDER BY success_rate, calls DESC LIMIT 20"),
				column("success_rate", inUnit(unitShare), withDecimals(1), asBar()), column("p50", inUnit(unitSeconds), withDecimals(2)), column("p95", inUnit(unitSeconds), withDecimals(2))),
			table("Slowest applications", "Latency by application.", rows(
				"SELECT "+named("application")+" AS application, count() AS calls, countIf(NOT is_error) / count() AS success_rate,\n"+
					"  quantileExactIf(0.5)(ttfc_ns, ttfc_ns > 0) / 1e9 AS \"first token p50\", quantileExact(0.95)(duration_ns) / 1e9 AS p95\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY application ORDER BY p95 DESC LIMIT 20"),
				column("success_rate", inUnit(unitShare), withDecimals(1), asBar()), column("first token p50", inUnit(unitSeconds), withDecimals(2)), column("p95", inUnit(unitSeconds), withDecimals(2))),

			row("Load by hour"),
			timeseries("Calls by application", "Summed over each interval of the graph.", unitCount, []query{history(
				"SELECT $__timeInterval(start_time) AS time, " + named("application") + " AS application, count() AS calls\n" +
					"FROM llm_calls\n" + where() + "\nGROUP BY time, application ORDER BY time")}, asBars()),
			barsOfRows("By hour of the day", "UTC, over the time range.", unitCount, rows(
				"SELECT formatDateTime(toStartOfHour(start_time, 'UTC'), '%H:00', 'UTC') AS hour, count() AS calls\nFROM llm_calls\n"+where()+"\nGROUP BY hour ORDER BY hour"), decimals(0)),
		})
}
