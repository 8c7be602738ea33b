package dashboards

// Data sources are variables, so that a dashboard can be imported into a Grafana that
// has its own: they are chosen at the top. The values they open with are those that
// deploy/grafana/provisioning/datasources provisions; where Grafana has no such data
// source it takes the first of the type.
var (
	prometheus = Datasource{Type: "prometheus", UID: "${prometheus}"}
	clickhouse = Datasource{Type: "grafana-clickhouse-datasource", UID: "${clickhouse}"}
)

func dataSources() []Variable {
	return []Variable{
		{Name: "prometheus", Type: "datasource", Label: "Prometheus", Query: prometheus.Type, Current: &Option{Text: "Prometheus", Value: "spanledger-prometheus"}},
		{Name: "clickhouse", Type: "datasource", Label: "Ledger", Query: clickhouse.Type, Current: &Option{Text: "ClickHouse", Value: "spanledger-clickhouse"}},
	}
}

// Units in Grafana's notation.
const (
	unitUSD        = "currencyUSD"
	unitUSDPerHour = "suffix: $/h"
	unitSeconds    = "s"
	unitShare      = "percentunit" // 0..1
	unitCount      = "short"
	unitPerMinute  = "suffix: /min"
	unitPerSecond  = "suffix: /s"
	unitBytes      = "bytes"
	unitNone       = "none"
)

// query holds what a panel asks.
type query struct {
	target Target
}

// over asks Prometheus for the time range; legend uses {{label}}.
func over(expr, legend string) query {
	return query{Target{Datasource: &prometheus, Expr: expr, LegendFormat: legend, Range: true, EditorMode: "code"}}
}

// tracesOver is over with the exemplars of the series it asks for: they lead to
// traces. Recording rules have none, so it asks for scraped series.
func tracesOver(expr, legend string) query {
	q := over(expr, legend)
	q.target.Exemplar = true
	return q
}

// now asks Prometheus for the newest value.
func now(expr, legend string) query {
	return query{Target{Datasource: &prometheus, Expr: expr, LegendFormat: legend, Instant: true, EditorMode: "code"}}
}

// buckets asks Prometheus for a histogram over time.
func buckets(expr string) query {
	return query{Target{Datasource: &prometheus, Expr: expr, LegendFormat: "{{le}}", Range: true, Format: "heatmap", EditorMode: "code"}}
}

// rows asks ClickHouse for a table.
func rows(sql string) query {
	return query{Target{Datasource: &clickhouse, RawSQL: sql, EditorType: "sql", QueryType: "table", Format: 1}}
}

// history asks ClickHouse for a time series: a column called time, one to
// group by, then values.
func history(sql string) query {
	return query{Target{Datasource: &clickhouse, RawSQL: sql, EditorType: "sql", QueryType: "timeseries", Format: 0}}
}

// option changes a panel after its defaults are set.
type option func(*Panel)

// size sets the width (of 24 columns) and height (in rows of 30 pixels).
func size(w, h int) option {
	return func(p *Panel) { p.GridPos.W, p.GridPos.H = w, h }
}

func decimals(n int) option {
	return func(p *Panel) { p.FieldConfig.Defaults.Decimals = &n }
}

func maximum(v float64) option {
	return func(p *Panel) { p.FieldConfig.Defaults.Max = &v }
}

// levels colours a value: green below warn, amber from warn, red from bad.
func levels(warn, bad float64) option {
	return func(p *Panel) {
		d := &p.FieldConfig.Defaults
		d.Color = &Color{Mode: "thresholds"}
		d.Thresholds = &Thresholds{Mode: "absolute", Steps: []ThresholdStep{
			{Color: "green"}, {Color: "orange", Value: &warn}, {Color: "red", Value: &bad},
		}}
	}
}

// column sets properties of one column of a table or one series.
func column(name string, properties ...Property) option {
	return func(p *Panel) {
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, Override{
			Matcher:    Matcher{ID: "byName", Options: name},
			Properties: properties,
		})
	}
}

func inUnit(unit string) Property { return Property{ID: "unit", Value: unit} }
func withDecimals(n int) Property { return Property{ID: "decimals", Value: n} }
func ofWidth(pixels int) Property { return Property{ID: "custom.width", Value: pixels} }
func coloured(color string) Property {
	return Property{ID: "color", Value: Color{Mode: "fixed", FixedColor: color}}
}
func asBar() Property {
	return Property{ID: "custom.cellOptions", Value: map[string]string{"type": "gauge", "mode": "basic"}}
}
func leadingTo(title, url string) Property {
	return Property{ID: "links", Value: []DataLink{{Title: title, URL: url, TargetBlank: true}}}
}

// line draws one series as a dashed line without an area: a threshold.
func line(name, color string) option {
	return column(name, coloured(color),
		Property{ID: "custom.fillOpacity", Value: 0},
		Property{ID: "custom.lineStyle", Value: map[string]any{"fill": "dash", "dash": []int{8, 6}}})
}

// stacked piles the series of a time series panel up, as areas.
func stacked() option {
	return func(p *Panel) {
		c := p.FieldConfig.Defaults.Custom.(*graphStyle)
		c.Stacking.Mode = "normal"
		c.FillOpacity = 60
		c.LineWidth = 0
	}
}

// asBars draws the series as bars, for sums of days or hours.
func asBars() option {
	return func(p *Panel) {
		c := p.FieldConfig.Defaults.Custom.(*graphStyle)
		c.DrawStyle = "bars"
		c.FillOpacity = 80
		c.LineWidth = 0
		c.Stacking.Mode = "normal"
	}
}

func newPanel(kind, title, description, unit string, queries []query) *Panel {
	p := &Panel{
		Type: kind, Title: title, Description: description,
		FieldConfig: &FieldConfig{Defaults: FieldDefaults{Unit: unit}, Overrides: []Override{}},
	}
	for i, q := range queries {
		t := q.target
		t.RefID = string(rune('A' + i))
		p.Targets = append(p.Targets, t)
	}
	if len(queries) > 0 {
		p.Datasource = queries[0].target.Datasource
	}
	return p
}

func (p *Panel) with(options []option) *Panel {
	for _, o := range options {
		o(p)
	}
	return p
}
