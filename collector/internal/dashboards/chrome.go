package dashboards

import (
	"slices"
	"strings"
)

// tag marks the dashboards of the project; the link at the top lists them.
const tag = "spanledger"

// jaegerTrace is the page of a trace; the variable holds Jaeger's address.
const jaegerTrace = "${jaeger}/trace/"

// newDashboard sets what all dashboards have in common.
func newDashboard(slug, title, question string, from string, variables []Variable, panels []*Panel) *Dashboard {
	return &Dashboard{
		UID: "spanledger-" + slug, Title: title, Description: question,
		Tags: []string{tag}, SchemaVersion: schemaVersion, Editable: true, GraphTooltip: 1,
		Refresh: "30s", Timezone: "browser", Time: TimeRange{From: from, To: "now"},
		Templating: Templating{List: slices.Concat(dataSources(), variables, []Variable{jaegerAddress})},
		Annotations: Annotations{List: []Annotation{{
			Name: "Alerts", Datasource: prometheus, Enable: true, IconColor: "red", Step: "60s",
			Expr:     `ALERTS{alertstate="firing", category=~"behaviour|cost|budget|ledger|pipeline"}`,
			TitleFmt: "{{alertname}}", TextFmt: "{{severity}} {{provider}} {{model}} {{application}} {{department}} {{agent}}",
		}}},
		Links: []Link{{
			Title: "More of spanledger", Type: "dashboards", Icon: "external link", Tags: []string{tag},
			AsDropdown: true, IncludeVars: true, KeepTime: true,
		}},
		Panels: flow(append([]*Panel{sentence(question)}, panels...)...),
	}
}

// sentence is the first line of a dashboard: the question it answers.
func sentence(question string) *Panel {
	return &Panel{
		Type: "text", GridPos: GridPos{W: gridWidth, H: 2},
		Options: map[string]any{"mode": "markdown", "content": question},
	}
}

var jaegerAddress = Variable{
	Name: "jaeger", Type: "constant", Label: "Jaeger", Hide: 2, Query: "http://localhost:16686",
	Current: &Option{Text: "http://localhost:16686", Value: "http://localhost:16686"},
}

// fromMetrics is a variable with the values of a label.
func fromMetrics(label, title, metric string) Variable {
	ds := prometheus
	return Variable{
		Name: label, Type: "query", Label: title, Datasource: &ds,
		Query:   map[string]any{"query": "label_values(" + metric + ", " + label + ")", "refId": "values", "qryType": 1, "label": label, "metric": metric},
		Refresh: 2, Sort: 1, Multi: true, IncludeAll: true, AllValue: ".*",
		Current: &Option{Text: "All", Value: "$__all"},
	}
}

// fromLedger is a variable with the values of a column of the ledger.
func fromLedger(name, title, column string) Variable {
	ds := clickhouse
	return Variable{
		Name: name, Type: "query", Label: title, Datasource: &ds,
		Query:   "SELECT DISTINCT " + column + " FROM llm_calls WHERE $__timeFilter(start_time) ORDER BY 1",
		Refresh: 2, Sort: 1, Multi: true, IncludeAll: true,
		Current: &Option{Text: "All", Value: "$__all"},
	}
}

// Variables shared by the dashboards that ask Prometheus.
func metricVariables() []Variable {
	return []Variable{
		fromMetrics("department", "Department", "spanledger_calls_total"),
		fromMetrics("application", "Application", "spanledger_calls_total"),
		fromMetrics("provider", "Provider", "spanledger_calls_total"),
		fromMetrics("model", "Model", "spanledger_calls_total"),
		fromMetrics("agent", "Agent", "spanledger_calls_total"),
		fromMetrics("environment", "Environment", "spanledger_calls_total"),
	}
}

// ledgerOnly are the variables that only the ledger can answer by.
func ledgerOnly() []Variable {
	return []Variable{
		fromLedger("user", "User", "user_id"),
	}
}

// by is the filter of the series that have all labels of a call.
const by = `environment=~"$environment", department=~"$department", application=~"$application", provider=~"$provider", model=~"$model", agent=~"$agent"`

// byModel is the filter of latency series, which have fewer labels.
const byModel = `environment=~"$environment", application=~"$application", provider=~"$provider", model=~"$model"`

// byAgent is the filter of series of agents and their tools.
const byAgent = `environment=~"$environment", application=~"$application", agent=~"$agent"`

// where filters the calls of the ledger by time range and variables.
func where(conditions ...string) string {
	return chosen("start_time", model, append([]string{"billable"}, conditions...))
}

// whereLogs filters the log records next to them.
func whereLogs(conditions ...string) string {
	return chosen("time", "model", conditions)
}

// chosen compares what a row has with the values of the variables, with the
// value that metrics use for missing attribution.
func chosen(time, model string, conditions []string) string {
	all := append([]string{
		"$__timeFilter(" + time + ")",
		chosenOf("department", named("department")),
		chosenOf("application", named("application")),
		chosenOf("provider", "provider"),
		chosenOf("model", model),
		chosenOf("agent", "agent"),
		chosenOf("user", "user_id"),
		chosenOf("environment", "environment"),
	}, conditions...)
	return "WHERE " + strings.Join(all, "\n  AND ")
}

func chosenOf(variable, column string) string {
	return "$__conditionalAll(" + column + " IN (${" + variable + ":singlequote}), $" + variable + ")"
}

// named shows what no one gave, as the metrics and reports do.
func named(column string) string {
	switch column {
	case "department", "application", "user_id":
		return "if(" + column + " = '', '(unattributed)', " + column + ")"
	}
	return column
}

// model is the one that answered, else the one asked for.
const model = "if(response_model = '', request_model, response_model)"
