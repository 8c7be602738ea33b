package dashboards

func agents() *Dashboard {
	toTrace := column("trace", leadingTo("Open the trace in Jaeger", jaegerTrace+"${__value.raw}"), ofWidth(280))
	money := column("cost", inUnit(unitUSD), withDecimals(4))
	// Runs, tools and evaluations are kept without an environment, and have that of their calls.
	ofEnvironment := "$__conditionalAll(trace_id IN (SELECT trace_id FROM llm_calls WHERE $__timeFilter(start_time) AND environment IN (${environment:singlequote})), $environment)"
	run := "$__timeFilter(start_time)\n  AND " + chosenOf("agent", "agent") + "\n  AND " + chosenOf("application", named("application")) + "\n  AND " + ofEnvironment
	return newDashboard("agents", "Agents",
		"How many runs, steps and calls do agents make, what takes time and money, and which runs failed or loop?",
		"now-6h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Runs", "Agent runs that ended in the time range.", unitCount, rows(
				"SELECT count() AS runs FROM agent_spans WHERE role = 'agent'\n  AND "+run), size(3, 4), decimals(0)),
			stat("Failed runs", "Share of agent runs that ended with an error.", unitShare, rows(
				"SELECT countIf(is_error) / greatest(count(), 1) AS failed FROM agent_spans WHERE role = 'agent'\n  AND "+run), size(3, 4), decimals(1), levels(0.05, 0.25)),
			stat("Steps per run", "Steps divided by runs.", unitCount, rows(
				"SELECT countIf(role = 'step') / greatest(countIf(role = 'agent'), 1) AS steps FROM agent_spans WHERE "+run), size(3, 4), decimals(1)),
			stat("Tool calls per run", "Tool executions divided by runs.", unitCount, rows(
				"SELECT countIf(role = 'tool') / greatest(countIf(role = 'agent'), 1) AS calls FROM agent_spans WHERE "+run), size(3, 4), decimals(1)),
			stat("Calls per run", "LLM calls divided by runs.", unitCount, rows(
				"SELECT (SELECT count() FROM llm_calls "+where("agent != ''")+")\n  / greatest((SELECT count() FROM agent_spans WHERE role = 'agent' AND "+run+"), 1) AS calls"), size(3, 4), decimals(1)),
			stat("Cost per run", "Cost of LLM calls divided by runs.", unitUSD, rows(
				"SELECT toFloat64((SELECT sum(cost) FROM llm_calls "+where("agent != ''")+"))\n  / greatest((SELECT count() FROM agent_spans WHERE role = 'agent' AND "+run+"), 1) AS cost"), size(3, 4), decimals(4)),
			stat("Duration of a run p95", "95th percentile, over five minutes.", unitSeconds, now(
				`histogram_quantile(0.95, sum by (le) (spanledger:agent_duration_seconds_bucket:rate5m{`+byAgent+`}))`, ""), size(3, 4), decimals(1)),
			stat("Failed tool calls", "Share of tool executions that failed, over five minutes.", unitShare, now(
				`(sum(spanledger:tool_calls:rate5m{`+byAgent+`, error_type!=""}) or vector(0)) / sum(spanledger:tool_calls:rate5m{`+byAgent+`})`, ""),
				size(3, 4), decimals(1), levels(0.1, 0.3)),

			row("Time and cost by agent and step"),
			barsOfRows("Cost by agent", "In the time range.", unitUSD, rows(
				"SELECT agent, sum(cost) AS cost FROM llm_calls\n"+where("agent != ''")+"\nGROUP BY agent ORDER BY cost DESC LIMIT 10"), decimals(4)),
			barsOfRows("Duration by agent", "Total duration of the runs in the time range, including sub-agents.", unitSeconds, rows(
				"SELECT agent, sum(duration_ns) / 1e9 AS seconds FROM agent_spans WHERE role = 'agent'\n  AND "+run+"\nGROUP BY agent ORDER BY seconds DESC LIMIT 10"), decimals(1)),
			table("Steps", "Each step of each agent: executions, duration, and cost of its calls.", rows(
				"SELECT agent, step, count() AS calls, countIf(is_error) AS failed, avg(duration_ns) / 1e9 AS \"time a call\",\n"+
					"  sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost) AS cost\n"+
					"FROM llm_calls\n"+where("agent != ''")+"\nGROUP BY agent, step ORDER BY cost DESC LIMIT 25"),
				size(24, 9), money, column("time a call", inUnit(unitSeconds), withDecimals(2))),
			timeseries("Cost by agent", "USD per hour, over five minutes.", unitUSDPerHour,
				[]query{over(`sum by (agent) (spanledger:cost_usd:rate5m{`+by+`, agent!=""}) * 3600`, "{{agent}}")}, stacked()),
			timeseries("Duration of runs p95 by agent", "95th percentile.", unitSeconds,
				[]query{over(`histogram_quantile(0.95, sum by (le, agent) (spanledger:agent_duration_seconds_bucket:rate5m{`+byAgent+`}))`, "{{agent}}")}),

			row("Tools"),
			timeseries("Tool calls per minute", "By tool.", unitPerMinute,
				[]query{over(`sum by (tool) (spanledger:tool_calls:rate5m{`+byAgent+`}) * 60`, "{{tool}}")}, stacked()),
			table("Tools", "Executions, duration and error rate.", rows(
				"SELECT tool, agent, count() AS calls, countIf(is_error) AS failed, countIf(is_error) / count() AS \"share failed\",\n"+
					"  quantileExact(0.95)(duration_ns) / 1e9 AS \"p95\"\n"+
					"FROM agent_spans WHERE role = 'tool'\n  AND "+run+"\nGROUP BY tool, agent ORDER BY calls DESC LIMIT 25"),
				column("share failed", inUnit(unitShare), withDecimals(1)), column("p95", inUnit(unitSeconds), withDecimals(2))),

			row("Failed runs, newest first"),
			timeseries("Calls per minute by agent", "The line is the threshold of the alert LLMRunawayAgent.", unitPerMinute,
				[]query{
					over(`sum by (application, agent) (spanledger:calls:rate5m{`+by+`, agent!=""}) * 60`, "{{agent}} of {{application}}"),
					over(`spanledger:threshold{name="runaway_calls_per_minute"}`, "alert above"),
				}, line("alert above", "red")),
			table("Possible loops", "Runs with the most calls of one agent in one step.", rows(
				"SELECT min(start_time) AS time, agent, step, count() AS calls, sum(cost) AS cost, trace_id AS trace\n"+
					"FROM llm_calls\n"+where("agent != ''")+"\nGROUP BY trace_id, agent, step ORDER BY calls DESC, cost DESC LIMIT 10"), money, toTrace),
			table("Most expensive runs", "Traces by the cost of all their calls.", rows(
				"SELECT min(start_time) AS time, any("+named("application")+") AS app, any("+named("user_id")+") AS who, count() AS calls,\n"+
					"  dateDiff('millisecond', min(start_time), max(start_time + toIntervalNanosecond(duration_ns))) / 1e3 AS duration, sum(cost) AS cost, trace_id AS trace\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY trace_id ORDER BY cost DESC LIMIT 15"),
				size(24, 9), money, column("duration", inUnit(unitSeconds), withDecimals(1)), toTrace),

			row("Quality"),
			timeseries("Pass rate by evaluation", "Share of the judged outputs that passed, over an hour, the value that the alert LLMQualityFell uses.", unitShare,
				[]query{over(`avg by (application, evaluation) (application_evaluation:spanledger_pass_ratio:1h{environment=~"$environment", application=~"$application"})`,
					"{{application}} {{evaluation}}")}),
			table("Evaluations by agent", "Evaluations, by agent and label, with their mean score. spanledger report quality joins them to models, prompt versions and cost.", rows(
				"SELECT name AS evaluation, agent, label, count() AS evaluations, toFloat64(avg(score)) AS mean_score\n"+
					"FROM evaluations\nWHERE $__timeFilter(time)\n  AND "+chosenOf("agent", "agent")+"\n  AND "+ofEnvironment+
					"\nGROUP BY evaluation, agent, label ORDER BY evaluations DESC LIMIT 20"),
				column("mean_score", withDecimals(3))),
		})
}
