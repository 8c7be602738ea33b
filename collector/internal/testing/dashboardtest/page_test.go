package dashboardtest

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
)

// The page imitates Grafana's grid and dark theme closely enough to judge
// layout, units and legibility.
const (
	pageWidth  = 1600
	gridUnit   = 38 // pixels of a grid row, gap included
	gap        = 8
	headerSize = 56
)

const style = `
body{margin:0;background:#111217;color:#ccccdc;font:13px Inter,'DejaVu Sans',Helvetica,sans-serif}
h1{font-size:19px;margin:0;padding:16px 16px 0;color:#f0f0f5}
.p{position:absolute;background:#181b1f;border:1px solid #2a2c31;border-radius:3px;overflow:hidden;box-sizing:border-box}
.t{padding:6px 9px;font-weight:600;color:#d8d9da;white-space:nowrap}
.row{position:absolute;font-weight:700;font-size:14px;padding-top:8px}
.text{position:absolute;font-size:14px;padding:10px 4px;color:#9fa7b3}
.stat{text-align:center;font-size:30px;font-weight:600;padding-top:10px}
table{border-collapse:collapse;width:100%;font-size:12px}
th{text-align:left;white-space:nowrap;color:#6e9fff;font-weight:600;padding:3px 8px;border-bottom:1px solid #2a2c31}
td{padding:3px 8px;border-bottom:1px solid #22252b;white-space:nowrap;overflow:hidden;max-width:230px;text-overflow:ellipsis}
th.n,.n{text-align:right}
.bar{display:flex;align-items:center;padding:2px 9px;gap:8px}
.bar div{height:16px}
.legend{padding:2px 9px;font-size:11px;line-height:15px;max-height:46px;overflow:hidden}
.key{display:inline-block;margin-right:11px}
.key i{display:inline-block;width:12px;height:4px;margin-right:4px;vertical-align:middle}
`

var palette = []string{"#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d", "#fade2a", "#447ebc", "#c15c17", "#890f02", "#0a437c", "#6d1f62"}

type page struct {
	out    strings.Builder
	bottom int
}

func (p *page) begin(d *dashboards.Dashboard) {
	fmt.Fprintf(&p.out, "<!doctype html><meta charset=utf-8><style>%s</style><h1>%s</h1>\n", style, html.EscapeString(d.Title))
}

func (p *page) end() (string, int) { return p.out.String(), p.bottom + 12 }

func (p *page) panel(panel *dashboards.Panel, answers []answer, v view) {
	g := panel.GridPos
	column := float64(pageWidth-2*gap) / 24
	x, y := gap+int(float64(g.X)*column), headerSize+g.Y*gridUnit
	w, h := int(float64(g.W)*column)-gap, g.H*gridUnit-gap
	p.bottom = max(p.bottom, y+h)
	at := fmt.Sprintf(`style="left:%dpx;top:%dpx;width:%dpx;height:%dpx"`, x, y, w, h)
	switch panel.Type {
	case "row":
		fmt.Fprintf(&p.out, `<div class=row %s>&#9662; %s</div>`, at, html.EscapeString(panel.Title))
		return
	case "text":
		content := panel.Options.(map[string]any)["content"].(string)
		fmt.Fprintf(&p.out, `<div class=text %s>%s</div>`, at, html.EscapeString(content))
		return
	}
	fmt.Fprintf(&p.out, `<div class=p %s><div class=t>%s</div>`, at, html.EscapeString(panel.Title))
	switch panel.Type {
	case "stat":
		p.stat(panel, answers[0])
	case "table":
		p.table(panel, answers[0])
	case "bargauge":
		p.bars(panel, answers[0], w)
	case "timeseries":
		p.graph(panel, answers, v, w, h-30)
	case "heatmap":
		p.heat(panel, answers[0], v, w, h-30)
	}
	p.out.WriteString("</div>\n")
}

func (p *page) stat(panel *dashboards.Panel, a answer) {
	defaults := panel.FieldConfig.Defaults
	text, color := "No data", "#ccccdc"
	if value, ok := single(a); ok {
		text = format(defaults.Unit, defaults.Decimals, value)
		if defaults.Thresholds != nil {
			for _, step := range defaults.Thresholds.Steps {
				if step.Value == nil || value >= *step.Value {
					color = map[string]string{"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c"}[step.Color]
				}
			}
		}
	}
	fmt.Fprintf(&p.out, `<div class=stat style="color:%s">%s</div>`, color, text)
}

func single(a answer) (float64, bool) {
	switch {
	case len(a.series) > 0:
		points := a.series[0].points
		return points[len(points)-1].value, true
	case len(a.rows) > 0:
		value, ok := a.rows[0][0].(float64)
		return value, ok
	}
	return 0, false
}

func (p *page) table(panel *dashboards.Panel, a answer) {
	p.out.WriteString("<table><tr>")
	for i, column := range a.columns {
		class := ""
		if len(a.rows) > 0 {
			if _, number := a.rows[0][i].(float64); number {
				class = " class=n"
			}
		}
		fmt.Fprintf(&p.out, "<th%s>%s</th>", class, html.EscapeString(column))
	}
	p.out.WriteString("</tr>")
	for _, row := range a.rows {
		p.out.WriteString("<tr>")
		for i, cell := range row {
			unit, places := unitOf(panel, a.columns[i])
			switch value := cell.(type) {
			case float64:
				fmt.Fprintf(&p.out, "<td class=n>%s</td>", format(unit, places, value))
			case nil:
				p.out.WriteString("<td class=n>–</td>")
			default:
				text := fmt.Sprint(value)
				if at, err := time.Parse("2006-01-02 15:04:05.999999999", text); err == nil {
					text = at.Format("2006-01-02 15:04:05")
				}
				fmt.Fprintf(&p.out, "<td>%s</td>", html.EscapeString(text))
			}
		}
		p.out.WriteString("</tr>")
	}
	p.out.WriteString("</table>")
}

func unitOf(panel *dashboards.Panel, column string) (unit string, places *int) {
	unit, places = panel.FieldConfig.Defaults.Unit, panel.FieldConfig.Defaults.Decimals
	for _, o := range panel.FieldConfig.Overrides {
		if o.Matcher.Options != column {
			continue
		}
		for _, property := range o.Properties {
			switch property.ID {
			case "unit":
				unit = property.Value.(string)
			case "decimals":
				n := int(property.Value.(float64))
				places = &n
			}
		}
	}
	return unit, places
}

func (p *page) bars(panel *dashboards.Panel, a answer, w int) {
	type bar struct {
		name  string
		value float64
	}
	var all []bar
	most := 0.0
	for _, row := range a.rows {
		value, _ := row[1].(float64)
		all = append(all, bar{fmt.Sprint(row[0]), value})
		most = math.Max(most, value)
	}
	for _, one := range a.series {
		value := one.points[len(one.points)-1].value
		all = append(all, bar{one.name, value})
		most = math.Max(most, value)
	}
	for i, one := range all {
		width := 0.0
		if most > 0 {
			width = one.value / most * float64(w-320)
		}
		fmt.Fprintf(&p.out, `<div class=bar><span style="width:170px;text-align:right;overflow:hidden;white-space:nowrap">%s</span><div style="width:%.0fpx;background:%s"></div><span>%s</span></div>`,
			html.EscapeString(one.name), math.Max(2, width), palette[i%len(palette)], format(panel.FieldConfig.Defaults.Unit, panel.FieldConfig.Defaults.Decimals, one.value))
	}
}

// format writes a value in Grafana's unit.
func format(unit string, places *int, value float64) string {
	n := 2
	if places != nil {
		n = *places
	}
	suffix, custom := strings.CutPrefix(unit, "suffix: ")
	switch {
	case unit == "currencyUSD":
		return "$" + short(value, n, places != nil)
	case unit == "percentunit":
		return fmt.Sprintf("%.*f%%", n, value*100)
	case unit == "s" && math.Abs(value) < 1 && value != 0:
		return fmt.Sprintf("%.0f ms", value*1000)
	case unit == "s" && math.Abs(value) >= 60:
		return fmt.Sprintf("%.1f min", value/60)
	case unit == "s":
		return fmt.Sprintf("%.*f s", n, value)
	case unit == "bytes":
		return fmt.Sprintf("%.1f MiB", value/(1<<20))
	case custom:
		return short(value, n, places != nil) + " " + suffix
	}
	if value == math.Trunc(value) {
		return short(value, 0, false)
	}
	return short(value, n, places != nil)
}

func short(value float64, places int, exact bool) string {
	switch size := math.Abs(value); {
	case size >= 1e6:
		return fmt.Sprintf("%.2f Mil", value/1e6)
	case size >= 1e4:
		return fmt.Sprintf("%.1f K", value/1e3)
	case size > 0 && size < 0.01 && !exact:
		return fmt.Sprintf("%.4f", value)
	}
	return fmt.Sprintf("%.*f", places, value)
}

// clock writes a time of the axis, as a date where days are looked at.
func (v view) clock(at time.Time) string {
	if v.until.Sub(v.from) > 48*time.Hour {
		return at.UTC().Format("01/02")
	}
	return at.UTC().Format("15:04:05")
}
