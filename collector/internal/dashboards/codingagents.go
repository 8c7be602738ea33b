package dashboards

import "strings"

// codingDialects are the dialects of coding agents.
var codingDialects = []string{"claude-code", "codex", "gemini-cli", "github-copilot", "cursor", "opencode"}

func codingAgents() *Dashboard {
	ofAgents := func(conditions ...string) string {
		return where(append([]string{"dialect IN ('" + strings.Join(codingDialects, "', '") + "')"}, conditions...)...)
	}
	ask := func(figure string) query { return rows("SELECT " + figure + "\nFROM llm_calls\n" + ofAgents()) }
	spend := func(by string) query {
		return rows("SELECT " + by + " AS name, sum(cost) AS cost\nFROM llm_calls\n" + ofAgents() + "\nGROUP BY name\nORDER BY cost DESC\nLIMIT 10")
	}
	tagged := func(key, none string) query {
		return spend("if(tags['" + key + "'] = '', '" + none + "', tags['" + key + "'])")
	}
	money := column("cost", inUnit(unitUSD), withDecimals(4))
	cached := column("cached", inUnit(unitShare), withDecimals(1), asBar())
	toTrace := column("trace", leadingTo("Open the trace in Jaeger", jaegerTrace+"${__value.raw}"), ofWidth(280))
	return newDashboard("coding-agents", "Coding agents",
		"What do Claude Code, Codex, Gemini CLI, GitHub Copilot, Cursor and OpenCode cost, for whom, and for what?",
		"now-7d", append(metricVariables(), ledgerOnly()...), []*Panel{
			stat("Cost", "Of all calls of coding agents in the time range, from the ledger.", unitUSD, ask("sum(cost) AS cost"), size(3, 4), decimals(2)),
			stat("Users", "Users with at least one call.", unitCount, ask("uniqExactIf(user_id, user_id != '') AS users"), size(3, 4), decimals(0)),
			stat("Sessions", "Conversations with at least one call.", unitCount, ask("uniqExactIf(conversation_id, conversation_id != '') AS sessions"), size(3, 4), decimals(0)),
			stat("Cost per session", "Cost divided by sessions.", unitUSD, ask("toFloat64(sum(cost)) / greatest(uniqExactIf(conversation_id, conversation_id != ''), 1) AS cost"), size(3, 4), decimals(3)),
			stat("Calls", "Billed calls.", unitCount, ask("count() AS calls"), size(3, 4), decimals(0)),
			stat("Failed calls", "Share of calls that ended with an error.", unitShare, ask("countIf(is_error) / greatest(count(), 1) AS failed"), size(3, 4), decimals(1), levels(0.05, 0.25)),
			stat("Cache hit rate", "Share of input tokens read from the vendor's prompt cache.", unitShare, ask("sum(cache_read_tokens) / greatest(sum(input_tokens), 1) AS cached"), size(3, 4), decimals(1)),
			stat("AI credits", "GitHub's unit for Copilot, as its calls state it: a credit is one US cent. Calls of subagents state none.", unitCount,
				rows("SELECT sum(toInt128(nano_credits)) / 1e9 AS credits\nFROM llm_calls\n"+where("dialect = 'github-copilot'")), size(3, 4), decimals(2)),

			row("Who and which model"),
			barsOfRows("Cost by coding agent", "In the time range.", unitUSD, spend("dialect"), size(8, 8), decimals(4)),
			barsOfRows("Cost by user", "The ten most expensive.", unitUSD, spend(named("user_id")), size(8, 8), decimals(4)),
			barsOfRows("Cost by model", "The ten most expensive.", unitUSD, spend(model), size(8, 8), decimals(4)),
			timeseries("Cost per hour", "USD per hour, by coding agent.", unitUSD,
				[]query{history("SELECT toStartOfHour(start_time, 'UTC') AS time, dialect AS agent, toFloat64(sum(cost)) AS cost\nFROM llm_calls\n" + ofAgents() + "\nGROUP BY time, agent\nORDER BY time")}, stacked()),
			table("By user and agent", "Calls, sessions, cost, AI credits of GitHub, and cache hit rate.", rows(
				"SELECT "+named("user_id")+" AS user, dialect AS agent, count() AS calls, uniqExact(conversation_id) AS sessions, sum(cost) AS cost,\n"+
					"  sum(toInt128(nano_credits)) / 1e9 AS credits, sum(cache_read_tokens) / greatest(sum(input_tokens), 1) AS cached\n"+
					"FROM llm_calls\n"+ofAgents()+"\nGROUP BY user, agent\nORDER BY cost DESC\nLIMIT 25"), size(12, 8), money, cached),

			row("What for"),
			barsOfRows("Cost by query source", "The part of the agent that made the call: main loop, subagent, compaction, hook.", unitUSD, tagged("query_source", "(not said)"), size(6, 8), decimals(4)),
			barsOfRows("Cost by skill", "The skill in use, as Claude Code reports it.", unitUSD, tagged("skill", "(no skill)"), size(6, 8), decimals(4)),
			barsOfRows("Cost by subagent", "The agent that made the call, if the call names it.", unitUSD, spend("if(agent = '', '(main)', agent)"), size(6, 8), decimals(4)),
			barsOfRows("Cost by MCP server", "The server whose tool led to the call.", unitUSD, tagged("mcp_server", "(no server)"), size(6, 8), decimals(4)),

			row("Sessions, and calls without a price"),
			table("Most expensive sessions", "With the trace of the most expensive call.", rows(
				"SELECT min(start_time) AS time, dialect AS agent, any("+named("user_id")+") AS user, conversation_id AS session, count() AS calls, sum(cost) AS cost,\n"+
					"  sum(cache_read_tokens) / greatest(sum(input_tokens), 1) AS cached, argMax(trace_id, llm_calls.cost) AS trace\n"+
					"FROM llm_calls\n"+ofAgents("conversation_id != ''")+"\nGROUP BY agent, session\nORDER BY cost DESC\nLIMIT 20"), size(24, 9), money, cached, toTrace),
			table("Coding agents' calls without a price", "With the reason. Their cost is not part of any sum.", rows(
				"SELECT dialect AS agent, provider, "+model+" AS model, cost_reason AS reason, count() AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output\n"+
					"FROM llm_calls\n"+ofAgents("cost_status IN ('unpriced', 'invalid')")+"\nGROUP BY agent, provider, model, reason\nORDER BY calls DESC\nLIMIT 20"), size(24, 6)),
		})
}
