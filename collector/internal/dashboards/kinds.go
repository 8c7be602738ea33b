package dashboards

// The kinds of panel the dashboards use, each with the project's defaults.

type graphStyle struct {
	DrawStyle         string   `json:"drawStyle"`
	LineInterpolation string   `json:"lineInterpolation"`
	LineWidth         int      `json:"lineWidth"`
	FillOpacity       int      `json:"fillOpacity"`
	ShowPoints        string   `json:"showPoints"`
	SpanNulls         bool     `json:"spanNulls"`
	AxisSoftMin       float64  `json:"axisSoftMin"`
	Stacking          stacking `json:"stacking"`
}

type stacking struct {
	Mode  string `json:"mode"`
	Group string `json:"group"`
}

type legend struct {
	DisplayMode string   `json:"displayMode"`
	Placement   string   `json:"placement"`
	ShowLegend  bool     `json:"showLegend"`
	Calcs       []string `json:"calcs"`
}

type tooltip struct {
	Mode string `json:"mode"`
	Sort string `json:"sort"`
}

// timeseries draws lines over time.
func timeseries(title, description, unit string, queries []query, options ...option) *Panel {
	p := newPanel("timeseries", title, description, unit, queries)
	p.GridPos = GridPos{W: 12, H: 8}
	p.FieldConfig.Defaults.Color = &Color{Mode: "palette-classic"}
	p.FieldConfig.Defaults.Custom = &graphStyle{
		DrawStyle: "line", LineInterpolation: "linear", LineWidth: 1, FillOpacity: 10,
		ShowPoints: "auto", Stacking: stacking{Mode: "none", Group: "A"},
	}
	p.Options = map[string]any{
		"legend":  legend{DisplayMode: "list", Placement: "bottom", ShowLegend: true, Calcs: []string{}},
		"tooltip": tooltip{Mode: "multi", Sort: "desc"},
	}
	return p.with(options)
}

type reduceOptions struct {
	Calcs  []string `json:"calcs"`
	Fields string   `json:"fields"`
	Values bool     `json:"values"`
}

// stat shows one figure, large.
func stat(title, description, unit string, q query, options ...option) *Panel {
	p := newPanel("stat", title, description, unit, []query{q})
	p.GridPos = GridPos{W: 4, H: 4}
	p.FieldConfig.Defaults.Color = &Color{Mode: "fixed", FixedColor: "text"}
	p.Options = map[string]any{
		"colorMode": "value", "graphMode": "none", "justifyMode": "center", "textMode": "value",
		"orientation": "auto", "wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard",
		"reduceOptions": reduceOptions{Calcs: []string{"lastNotNull"}},
	}
	return p.with(options)
}

// bars compares values of now, longest first.
func bars(title, description, unit string, q query, options ...option) *Panel {
	p := newPanel("bargauge", title, description, unit, []query{q})
	p.GridPos = GridPos{W: 12, H: 8}
	p.FieldConfig.Defaults.Color = &Color{Mode: "palette-classic"}
	p.Options = map[string]any{
		"displayMode": "basic", "orientation": "horizontal", "valueMode": "color", "namePlacement": "left",
		"showUnfilled": true, "sizing": "auto", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 300,
		"legend":        legend{DisplayMode: "list", Placement: "bottom", Calcs: []string{}},
		"reduceOptions": reduceOptions{Calcs: []string{"lastNotNull"}},
	}
	return p.with(options)
}

// barsOfRows compares the rows of a ClickHouse answer: a name and a value each.
func barsOfRows(title, description, unit string, q query, options ...option) *Panel {
	return bars(title, description, unit, q, append([]option{func(p *Panel) {
		p.Options.(map[string]any)["reduceOptions"] = reduceOptions{Calcs: []string{"lastNotNull"}, Values: true}
	}}, options...)...)
}

type tableStyle struct {
	Align       string            `json:"align"`
	CellOptions map[string]string `json:"cellOptions"`
	Inspect     bool              `json:"inspect"`
}

// table shows rows.
func table(title, description string, q query, options ...option) *Panel {
	p := newPanel("table", title, description, unitNone, []query{q})
	p.FieldConfig.Defaults.Unit = ""
	p.GridPos = GridPos{W: 12, H: 8}
	p.FieldConfig.Defaults.Custom = tableStyle{Align: "auto", CellOptions: map[string]string{"type": "auto"}}
	p.Options = map[string]any{"cellHeight": "sm", "showHeader": true}
	return p.with(options)
}

// heatmap shows how a histogram moves over time.
func heatmap(title, description, unit string, q query, options ...option) *Panel {
	p := newPanel("heatmap", title, description, unit, []query{q})
	p.GridPos = GridPos{W: 24, H: 9}
	p.FieldConfig.Defaults.Unit = ""
	p.Options = map[string]any{
		"calculate": false,
		"cellGap":   1,
		"color": map[string]any{
			"mode": "scheme", "scheme": "Oranges", "scale": "exponential", "exponent": 0.5,
			"steps": 64, "fill": "dark-orange", "reverse": false,
		},
		"exemplars":    map[string]any{"color": "rgba(255,0,255,0.7)"},
		"filterValues": map[string]any{"le": 1e-9},
		"legend":       map[string]any{"show": true},
		"rowsFrame":    map[string]any{"layout": "auto"},
		"showValue":    "never",
		"tooltip":      map[string]any{"mode": "single", "yHistogram": true, "showColorScale": true},
		"yAxis":        map[string]any{"axisPlacement": "left", "reverse": false, "unit": unit},
	}
	return p.with(options)
}

// row is a heading over the panels after it.
func row(title string) *Panel {
	open, none := false, []*Panel{}
	return &Panel{Type: "row", Title: title, Collapsed: &open, Panels: &none, GridPos: GridPos{W: 24, H: 1}}
}
