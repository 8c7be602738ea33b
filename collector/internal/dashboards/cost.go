package dashboards

func cost() *Dashboard {
	spend := func(by string) query {
		return rows("SELECT " + by + " AS name, sum(cost) AS cost\nFROM llm_calls\n" + where() + "\nGROUP BY name\nORDER BY cost DESC\nLIMIT 10")
	}
	money := column("cost", inUnit(unitUSD), withDecimals(4))
	toTrace := column("trace", leadingTo("Open the trace in Jaeger", jaegerTrace+"${__value.raw}"), ofWidth(280))
	return newDashboard("cost", "LLM cost",
		"What do LLM calls cost right now, today and this month, who spends it, and will the budget hold?",
		"now-24h", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Spending now", "Dollars an hour at the pace of the last five minutes.", unitUSDPerHour,
				now(`sum(spanledger:cost_usd:rate5m{`+by+`}) * 3600`, ""), decimals(2)),
			stat("Today", "Since midnight UTC, from the ledger, to the cent and of all calls. Variables do not apply.", unitUSD,
				rows("SELECT sum(cost) AS cost FROM llm_calls WHERE billable AND start_time >= toStartOfDay(now('UTC'))"), decimals(2)),
			stat("Of today's budget", "Today's spend of all departments over the daily budget of rules/thresholds.yaml; the last five minutes count about half.", unitShare,
				now(`department:spanledger_cost_usd:today{department="(all)"} / on (department) spanledger:budget_usd:daily`, ""), decimals(1), levels(0.8, 1)),
			stat("This month", "Since the first of the month UTC, from the ledger, of all calls. Variables do not apply.", unitUSD,
				rows("SELECT sum(cost) AS cost FROM llm_calls WHERE billable AND start_time >= toStartOfMonth(now('UTC'))"), decimals(2)),
			stat("Month's forecast", "This month's spend carried on to the end of the month at the pace so far.", unitUSD,
				rows("SELECT toFloat64(sum(cost)) * dateDiff('second', toStartOfMonth(now('UTC')), toStartOfMonth(now('UTC') + INTERVAL 1 MONTH))\n"+
					"  / greatest(dateDiff('second', toStartOfMonth(now('UTC')), now('UTC')), 1) AS forecast\n"+
					"FROM llm_calls\nWHERE billable AND start_time >= toStartOfMonth(now('UTC'))"), decimals(2)),
			stat("Monthly budget", "Of the whole installation, as set in rules/thresholds.yaml.", unitUSD,
				now(`spanledger:budget_usd:monthly{department="(all)"}`, ""), decimals(0)),

			row("How it runs"),
			timeseries("Spending by model", "Dollars an hour, over five minutes.", unitUSDPerHour,
				[]query{over(`sum by (model) (spanledger:cost_usd:rate5m{`+by+`}) * 3600 > 0`, "{{model}}")}, stacked()),
			timeseries("Spending by department", "Dollars an hour, over five minutes; (unattributed) is what nobody can be charged for.", unitUSDPerHour,
				[]query{over(`sum by (department) (spanledger:cost_usd:rate5m{`+by+`}) * 3600`, "{{department}}")}, stacked()),
			timeseries("Budget burn", "How many times faster than planned the monthly budget goes, at the pace of an hour; the lines are the thresholds of the burn alerts.", unitCount,
				[]query{
					over(`department:spanledger_budget_burn:rate1h`, "{{department}}"),
					over(`spanledger:threshold{name="budget_burn_fast"}`, "pages above"),
					over(`spanledger:threshold{name="budget_burn_slow"}`, "warns above"),
				}, size(8, 8), line("pages above", "red"), line("warns above", "orange")),
			bars("Planned budgets", "Spent of each budget of the plan in its month, week or day so far, from the ledger, as last known within a quarter of an hour. Variables do not apply; without a plan there is nothing to see.", unitShare,
				now(`last_over_time(budget:spanledger_budget_spent_usd[15m]) / last_over_time(budget:spanledger_budget_amount_usd[15m])`, "{{budget}}, this {{period}}"), size(8, 8), decimals(1), levels(0.8, 1)),
			timeseries("Cost of a call by model", "Dollars, average over five minutes; a model without a price is left out.", unitUSD,
				[]query{over(`(sum by (model) (spanledger:cost_usd:rate5m{`+by+`}) > 0) / sum by (model) (spanledger:calls:rate5m{`+by+`})`, "{{model}}")}, size(8, 8), decimals(4)),

			row("Who spends it, in the time range, from the ledger"),
			barsOfRows("By department", "Ten dearest.", unitUSD, spend(named("department")), size(8, 8), decimals(4)),
			barsOfRows("By application", "Ten dearest.", unitUSD, spend(named("application")), size(8, 8), decimals(4)),
			barsOfRows("By user", "Ten dearest.", unitUSD, spend(named("user_id")), size(8, 8), decimals(4)),
			barsOfRows("By model", "Ten dearest.", unitUSD, spend(model), size(8, 8), decimals(4)),
			barsOfRows("By agent", "Ten dearest; calls outside an agent have no name.", unitUSD, spend("if(agent = '', '(no agent)', agent)"), size(8, 8), decimals(4)),
			barsOfRows("By provider", "Ten dearest.", unitUSD, spend("provider"), size(8, 8), decimals(4)),

			row("What stands out"),
			table("Ten dearest users", "With what a call of theirs costs, and how much of their input came from the vendor's cache.", rows(
				"SELECT "+named("user_id")+" AS user, "+named("department")+" AS department, count() AS calls, sum(cost) AS cost,\n"+
					"  toFloat64(cost) / calls AS \"cost a call\", sum(cache_read_tokens) / greatest(sum(input_tokens), 1) AS cached\n"+
					"FROM llm_calls\n"+where()+"\nGROUP BY user, department\nORDER BY cost DESC\nLIMIT 10"),
				size(10, 8), money, column("cost a call", inUnit(unitUSD), withDecimals(5)), column("cached", inUnit(unitShare), withDecimals(1), asBar())),
			table("Ten dearest calls", "Each with its trace.", rows(
				"SELECT start_time AS time, "+model+" AS model, "+named("application")+" AS application, agent,\n"+
					"  input_tokens AS input, output_tokens AS output, cost, trace_id AS trace\n"+
					"FROM llm_calls\n"+where("cost IS NOT NULL")+"\nORDER BY cost DESC\nLIMIT 10"), size(14, 8), money, toTrace),
			timeseries("Input from the cache", "Share of input tokens the vendor read from its cache, which are cheaper.", unitShare,
				[]query{over(`sum by (model) (spanledger:tokens:rate5m{`+by+`, type="cache_read"}) / sum by (model) (spanledger:tokens:rate5m{`+by+`, type="input"})`, "{{model}}")}),
			table("Calls without a price", "Calls whose cost is not known, and therefore in no sum; the cure is a line in the price file.", rows(
				"SELECT provider, "+model+" AS model, cost_reason AS reason, count() AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output\n"+
					"FROM llm_calls\n"+where("cost_status IN ('unpriced', 'invalid')")+"\nGROUP BY provider, model, reason\nORDER BY calls DESC\nLIMIT 20")),
		})
}
