package dashboards

func userExperience() *Dashboard {
	return newDashboard("user-experience", "User experience",
		"How long do people wait, whose questions go unanswered, and when is it busiest?",
		"now-24h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Users", "Distinct users with a call in the time range.", unitCount, rows(
				"SELECT uniqExact(user_id) AS users FROM llm_calls\n"+where("user_id != ''")), size(6, 4), decimals(0)),
			stat("Answered", "Share of calls that did not fail in the time range.", unitShare, rows(
				"SELECT countIf(NOT is_error) / greatest(count(), 1) AS answered FROM llm_calls\n"+where()), size(6, 4), decimals(2)),
			stat("Wait for the first words", "Median of streamed calls in the time range.", unitSeconds, rows(
				"SELECT quantileExact(0.5)(ttfc_ns) / 1e9 AS wait FROM llm_calls\n"+where("ttfc_ns > 0")), size(6, 4), decimals(2)),
			stat("Wait for the whole answer p95", "One call in twenty of the time range took longer.", unitSeconds, rows(
				"SELECT quantileExact(0.95)(duration_ns) / 1e9 AS wait FROM llm_calls\n"+where()), size(6, 4), decimals(2), levels(10, 30)),

			heatmap("How long calls take", "Calls a second by duration: a second band above the first is a slow vendor, model or prompt.", unitSeconds,
				buckets(`sum by (le) (spanledger:call_duration_seconds_bucket:rate5m{`+byModel+`})`)),
			heatmap("How long readers wait for the first words", "Streamed calls a second by time to the first chunk.", unitSeconds,
				buckets(`sum by (le) (spanledger:time_to_first_chunk_seconds_bucket:rate5m{`+byModel+`})`)),

			table("Worst served users", "Users by the share of their calls that failed, with their waits.", rows(
				"SELECT "+named("user_id")+" AS user, "+named("department")+" AS department, count() AS calls,\n"+
					"  countIf(NOT is_error) / count() AS answered, quantileExact(0.5)(duration_ns) / 1e9 AS p50, quantileExact(0.95)(duration_ns) / 1e9 AS p95\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY user, department ORDER BY answered, calls DESC LIMIT 20"),
				column("answered", inUnit(unitShare), withDecimals(1), asBar()), column("p50", inUnit(unitSeconds), withDecimals(2)), column("p95", inUnit(unitSeconds), withDecimals(2))),
			table("Slowest applications", "What people wait for in each application.", rows(
				"SELECT "+named("application")+" AS application, count() AS calls, countIf(NOT is_error) / count() AS answered,\n"+
					"  quantileExactIf(0.5)(ttfc_ns, ttfc_ns > 0) / 1e9 AS \"first words p50\", quantileExact(0.95)(duration_ns) / 1e9 AS p95\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY application ORDER BY p95 DESC LIMIT 20"),
				column("answered", inUnit(unitShare), withDecimals(1), asBar()), column("first words p50", inUnit(unitSeconds), withDecimals(2)), column("p95", inUnit(unitSeconds), withDecimals(2))),

			row("When it is busy"),
			timeseries("Calls by application", "Summed over each interval of the graph.", unitCount, []query{history(
				"SELECT $__timeInterval(start_time) AS time, " + named("application") + " AS application, count() AS calls\n" +
					"FROM llm_calls\n" + where() + "\nGROUP BY time, application ORDER BY time")}, asBars()),
			barsOfRows("By hour of the day", "UTC, over the time range.", unitCount, rows(
				"SELECT formatDateTime(toStartOfHour(start_time, 'UTC'), '%H:00', 'UTC') AS hour, count() AS calls\nFROM llm_calls\n"+where()+"\nGROUP BY hour ORDER BY hour"), decimals(0)),
		})
}
