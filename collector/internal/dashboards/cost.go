package dashboards

func cost() *Dashboard {
	spend := func(by string) query {
		return rows("SELECT " + by + " AS name, sum(cost) AS cost\nFROM llm_calls\n" + where() + "\nGROUP BY name\nORDER BY cost DESC\nLIMIT 10")
	}
	money := column("cost", inUnit(unitUSD), withDecimals(4))
	toTrace := column("trace", leadingTo("Open the trace in Jaeger", jaegerTrace+"${__value.raw}"), ofWidth(280))
	return newDashboard("cost", "LLM cost",
		"What do LLM calls cost now, today and this month, for whom, and is the budget enough?",
		"now-24h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Cost per hour, now", "USD per hour, at the rate of the last five minutes.", unitUSDPerHour,
				now(`sum(spanledger:cost_usd:rate5m{`+by+`}) * 3600`, ""), decimals(2)),
			stat("Today", "Exact cost of all calls since midnight UTC, from the ledger. Variables do not apply.", unitUSD,
				rows("SELECT sum(cost) AS cost FROM llm_calls WHERE billable AND start_time >= toStartOfDay(now('UTC'))"), decimals(2)),
			stat("Daily budget used", "Today's spend of all departments over the daily budget of rules/thresholds.yaml; the last five minutes count about half.", unitShare,
				now(`department:spanledger_cost_usd:today{department="(all)"} / on (department) spanledger:budget_usd:daily`, ""), decimals(1), levels(0.8, 1)),
			stat("This month", "Exact cost of all calls since the first of the month UTC, from the ledger. Variables do not apply.", unitUSD,
				rows("SELECT sum(cost) AS cost FROM llm_calls WHERE billable AND start_time >= toStartOfMonth(now('UTC'))"), decimals(2)),
			stat("Forecast for the month", "Cost at the end of the month, if it continues at the average rate of the month so far.", unitUSD,
				rows("SELECT toFloat64(sum(cost)) * dateDiff('second', toStartOfMonth(now('UTC')), toStartOfMonth(now('UTC') + INTERVAL 1 MONTH))\n"+
					"  / greatest(dateDiff('second', toStartOfMonth(now('UTC')), now('UTC')), 1) AS forecast\n"+
					"FROM llm_calls\nWHERE billable AND start_time >= toStartOfMonth(now('UTC'))"), decimals(2)),
			stat("Monthly budget", "Of the whole installation, as set in rules/thresholds.yaml.", unitUSD,
				now(`spanledger:budget_usd:monthly{department="(all)"}`, ""), decimals(0)),

			row("Runs"),
			timeseries("Cost per hour by model", "USD per hour, over five minutes.", unitUSDPerHour,
				[]query{over(`sum by (model) (spanledger:cost_usd:rate5m{`+by+`}) * 3600 > 0`, "{{model}}")}, stacked()),
			timeseries("Cost per hour by department", "USD per hour, over five minutes. (unattributed) is cost without a department.", unitUSDPerHour,
				[]query{over(`sum by (department) (spanledger:cost_usd:rate5m{`+by+`}) * 3600`, "{{department}}")}, stacked()),
			timeseries("Budget burn rate", "Burn rate of the monthly budget over the last hour: 1 uses it up exactly at the end of the month. The lines are the thresholds of the alerts.", unitCount,
				[]query{
					over(`department:spanledger_budget_burn:rate1h`, "{{department}}"),
					over(`spanledger:threshold{name="budget_burn_fast"}`, "pages above"),
					over(`spanledger:threshold{name="budget_burn_slow"}`, "warns above"),
				}, size(8, 8), line("pages above", "red"), line("warns above", "orange")),
			bars("Planned budgets", "Cost in the current period of each budget of the plan, from the ledger, at most 15 minutes old. Variables do not apply. Empty without a plan.", unitShare,
				now(`last_over_time(budget:spanledger_budget_spent_usd[15m]) / last_over_time(budget:spanledger_budget_amount_usd[15m])`, "{{budget}}, this {{period}}"), size(8, 8), decimals(1), levels(0.8, 1)),
			timeseries("Cost per call by model", "USD, average over five minutes, without unpriced models.", unitUSD,
				[]query{over(`(sum by (model) (spanledger:cost_usd:rate5m{`+by+`}) > 0) / sum by (model) (spanledger:calls:rate5m{`+by+`})`, "{{model}}")}, size(8, 8), decimals(4)),

			row("Cost by dimension, in the time range, from the ledger"),
			barsOfRows("By department", "The ten most expensive.", unitUSD, spend(named("department")), size(8, 8), decimals(4)),
			barsOfRows("By application", "The ten most expensive.", unitUSD, spend(named("application")), size(8, 8), decimals(4)),
			barsOfRows("By user", "The ten most expensive.", unitUSD, spend(named("user_id")), size(8, 8), decimals(4)),
			barsOfRows("By model", "The ten most expensive.", unitUSD, spend(model), size(8, 8), decimals(4)),
			barsOfRows("By agent", "The ten most expensive. Calls outside an agent are under (no agent).", unitUSD, spend("if(agent = '', '(no agent)', agent)"), size(8, 8), decimals(4)),
			barsOfRows("By provider", "The ten most expensive.", unitUSD, spend("provider"), size(8, 8), decimals(4)),

			row("Slowest, most expensive and failed runs"),
			table("Most expensive users", "The ten most expensive users, with average cost per call and cache hit rate.", rows(
				"SELECT "+named("user_id")+" AS user, "+named("department")+" AS department, count() AS calls, sum(cost) AS cost,\n"+
					"  toFloat64(cost) / calls AS \"cost a call\", sum(cache_read_tokens) / greatest(sum(input_tokens), 1) AS cached\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY user, department\nORDER BY cost DESC\nLIMIT 10"),
				size(10, 8), money, column("cost a call", inUnit(unitUSD), withDecimals(5)), column("cached", inUnit(unitShare), withDecimals(1), asBar())),
			table("Most expensive calls", "The ten most expensive calls, with a link to the trace.", rows(
				"SELECT start_time AS time, "+model+" AS model, "+named("application")+" AS application, agent,\n"+
					"  input_tokens AS input, output_tokens AS output, cost, trace_id AS trace\n"+
					"FROM llm_calls\n"+where("cost IS NOT NULL")+"\nORDER BY cost DESC\nLIMIT 10"), size(14, 8), money, toTrace),
			timeseries("Cache hit rate", "Share of input tokens read from the vendor's prompt cache.", unitShare,
				[]query{over(`sum by (model) (spanledger:tokens:rate5m{`+by+`, type="cache_read"}) / sum by (model) (spanledger:tokens:rate5m{`+by+`, type="input"})`, "{{model}}")}),
			table("Calls without a price", "Calls without a known price. Their cost is not part of any sum. Hint: add the price to the price file.", rows(
				"SELECT provider, "+model+" AS model, cost_reason AS reason, count() AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output\n"+
					"FROM llm_calls\n"+where("cost_status IN ('unpriced', 'invalid')")+"\nGROUP BY provider, model, reason\nORDER BY calls DESC\nLIMIT 20")),
		})
}
