package dashboards

func chargeback() *Dashboard {
	month := Variable{
		Name: "month", Type: "query", Label: "Month", Datasource: &prometheus,
		Query: map[string]any{
			"query": "label_values(spanledger_chargeback_billed, month)", "refId": "values", "qryType": 1, "label": "month", "metric": "spanledger_chargeback_billed",
		},
		Refresh: 2, Sort: 2,
	}
	departments := Variable{
		Name: "department", Type: "query", Label: "Department", Datasource: &clickhouse,
		Query:   "SELECT DISTINCT " + named("department") + " AS department FROM llm_calls WHERE formatDateTime(start_time, '%Y-%m', 'UTC') = '${month}' ORDER BY 1",
		Refresh: 1, Sort: 1, Multi: true, IncludeAll: true, Current: &Option{Text: "All", Value: "$__all"},
	}
	const of = "WHERE billable AND formatDateTime(start_time, '%Y-%m', 'UTC') = '${month}'\n  AND $__conditionalAll(if(department = '', '(unattributed)', department) IN (${department:singlequote}), $department)"
	money := column("cost", inUnit(unitUSD), withDecimals(6))
	share := column("share", inUnit(unitShare), withDecimals(1), asBar())
	return newDashboard("chargeback", "Chargeback",
		"What does each department owe for a month, and for which calls?",
		"now-30d", []Variable{month, departments}, []*Panel{
			stat("Billed", "Total of the statement, with rules, adjustments and corrections, in its time zone and currency. Only the variable month applies.", unitNone,
				now(`sum by (currency, state) (max by (department, currency, state) (spanledger_chargeback_billed{month=~"$month"}))`, "{{currency}}, {{state}}"), size(6, 4), decimals(2)),
			stat("Calls", "Including failed calls.", unitCount, rows("SELECT count() AS calls FROM llm_calls\n"+of), size(6, 4), decimals(0)),
			stat("Cost without a department", "Share of the cost that has no department and cannot be charged.", unitShare,
				rows("SELECT toFloat64(sumIf(cost, department = '')) / greatest(toFloat64(sum(cost)), 1e-18) AS share FROM llm_calls\n"+of), size(6, 4), decimals(1), levels(0.02, 0.05)),
			stat("Calls without a price", "Their cost is not part of any sum. Add a price, then run spanledger prices reprice.", unitCount,
				rows("SELECT countIf(cost_status IN ('unpriced', 'invalid')) AS calls FROM llm_calls\n"+of), size(6, 4), decimals(0), levels(1, 1000)),

			bars("Billed by department", "The statement of the month, at most a minute old: spanledger chargeback --month prints it. Only the variable month applies.", unitNone,
				now(`max by (department, currency) (spanledger_chargeback_billed{month=~"$month"})`, "{{department}} ({{currency}})"), decimals(2), size(24, 7)),

			row("Calls of the month"),
			table("Departments", "Cost of the stored calls of the UTC month, without rules. The statement is above.", rows(
				"SELECT "+named("department")+" AS department, count() AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost) AS cost,\n"+
					"  toFloat64(cost) / greatest(toFloat64(sum(cost) OVER ()), 1e-18) AS share\n"+
					"FROM llm_calls\n"+of+"\nGROUP BY department ORDER BY cost DESC"), money, share),
			timeseries("Cost by day", "Cost of each day, UTC.", unitUSD, []query{history(
				"SELECT toStartOfDay(start_time, 'UTC') AS time, " + named("department") + " AS department, toFloat64(sum(cost)) AS cost\n" +
					"FROM llm_calls\n" + of + "\nGROUP BY time, department ORDER BY time")}, asBars(), decimals(4)),

			row("Drill down"),
			table("Applications", "For the selected departments.", rows(
				"SELECT "+named("department")+" AS department, "+named("application")+" AS application, cost_center AS \"cost center\", team, count() AS calls, sum(cost) AS cost\n"+
					"FROM llm_calls\n"+of+"\nGROUP BY department, application, \"cost center\", team ORDER BY cost DESC LIMIT 100"), money),
			table("Users", "For the selected departments.", rows(
				"SELECT "+named("department")+" AS department, "+named("user_id")+" AS user, count() AS calls, sum(cost) AS cost\n"+
					"FROM llm_calls\n"+of+"\nGROUP BY department, user ORDER BY cost DESC LIMIT 100"), money),
			table("Models", "For the selected departments, with the version of the price catalogue. An unknown cost is empty, not zero.", rows(
				"SELECT provider, "+model+" AS model, count() AS calls, sum(input_tokens) AS input, sum(cache_read_tokens) AS \"of it cached\", sum(output_tokens) AS output,\n"+
					"  countIf(cost_status IN ('unpriced', 'invalid')) AS unpriced, if(unpriced > 0 AND sum(cost) = 0, NULL, sum(cost)) AS cost,\n"+
					"  arrayStringConcat(groupUniqArray(catalog_version), ', ') AS catalogue\n"+
					"FROM llm_calls\n"+of+"\nGROUP BY provider, model ORDER BY cost DESC NULLS LAST LIMIT 100"), size(24, 9), money),
		})
}
