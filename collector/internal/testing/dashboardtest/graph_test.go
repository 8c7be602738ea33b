package dashboardtest

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
)

// Room around a graph for the values and the time axis.
const (
	leftAxis   = 88
	bottomAxis = 26
	legendRoom = 50
)

func (p *page) graph(panel *dashboards.Panel, answers []answer, v view, w, h int) {
	var all []series
	for _, a := range answers {
		all = append(all, a.series...)
	}
	var custom struct {
		DrawStyle string
		Stacking  struct{ Mode string }
	}
	text, _ := json.Marshal(panel.FieldConfig.Defaults.Custom)
	_ = json.Unmarshal(text, &custom)
	stacked := custom.Stacking.Mode == "normal"

	width, height := float64(w-leftAxis-14), float64(h-bottomAxis-legendRoom)
	top := 0.0
	below := map[int64]float64{}
	for _, one := range all {
		for _, pt := range one.points {
			value := pt.value
			if stacked {
				below[pt.at.Unix()] += value
				value = below[pt.at.Unix()]
			}
			top = math.Max(top, value)
		}
	}
	step := tick(top)
	top = math.Max(step, math.Ceil(top/step)*step)
	from, span := float64(v.from.Unix()), math.Max(1, v.until.Sub(v.from).Seconds())
	px := func(at int64) float64 { return leftAxis + (float64(at)-from)/span*width }
	py := func(value float64) float64 { return 6 + height - value/top*height }

	fmt.Fprintf(&p.out, `<svg width=%d height=%d>`, w, h-legendRoom)
	p.axes(panel, v, top, step, width, height)
	clear(below)
	for i, one := range all {
		color := colorOf(panel, one.name, i)
		line, area, back := "", "", ""
		for _, pt := range one.points {
			base := 0.0
			if stacked {
				base = below[pt.at.Unix()]
				below[pt.at.Unix()] += pt.value
			}
			x := px(pt.at.Unix())
			if custom.DrawStyle == "bars" {
				bar := math.Max(3, width*v.step.Seconds()/span*0.8)
				x = math.Max(leftAxis, math.Min(x, leftAxis+width-bar))
				fmt.Fprintf(&p.out, `<rect x=%.1f y=%.1f width=%.1f height=%.1f fill="%s" opacity=.8 />`, x, py(base+pt.value), bar, py(base)-py(base+pt.value), color)
				continue
			}
			line += fmt.Sprintf("%.1f,%.1f ", x, py(base+pt.value))
			area += fmt.Sprintf("%.1f,%.1f ", x, py(base+pt.value))
			back = fmt.Sprintf("%.1f,%.1f ", x, py(base)) + back
		}
		if custom.DrawStyle == "bars" {
			continue
		}
		opacity := 0.1
		if stacked {
			opacity = 0.6
		}
		dash := ""
		if isThreshold(panel, one.name) {
			opacity, dash = 0, "8 6"
		}
		fmt.Fprintf(&p.out, `<polygon points="%s%s" fill="%s" opacity=%.1f />`, area, back, color, opacity)
		fmt.Fprintf(&p.out, `<polyline points="%s" fill=none stroke="%s" stroke-width=1.5 stroke-dasharray="%s"/>`, line, color, dash)
	}
	p.out.WriteString(`</svg><div class=legend>`)
	for i, one := range all {
		fmt.Fprintf(&p.out, `<span class=key><i style="background:%s"></i>%s</span>`, colorOf(panel, one.name, i), html.EscapeString(one.name))
	}
	p.out.WriteString(`</div>`)
}

// tick is a round distance between the lines of an axis that ends at top, so
// that there are at most five.
func tick(top float64) float64 {
	if top <= 0 {
		return 1
	}
	size := math.Pow(10, math.Floor(math.Log10(top)))
	for _, step := range []float64{0.25, 0.5, 1, 2, 2.5} {
		if top/(step*size) <= 5 {
			return step * size
		}
	}
	return 2.5 * size
}

func (p *page) axes(panel *dashboards.Panel, v view, top, step, width, height float64) {
	for value := 0.0; value < top+step/2; value += step {
		y := 6 + height - value/top*height
		fmt.Fprintf(&p.out, `<line x1=%d x2=%.0f y1=%.1f y2=%.1f stroke="#2a2c31"/><text x=%d y=%.1f fill="#8e8e9e" font-size=11 text-anchor=end>%s</text>`,
			leftAxis, leftAxis+width, y, y, leftAxis-6, y+4, format(panel.FieldConfig.Defaults.Unit, places(panel.FieldConfig.Defaults, step), value))
	}
	p.times(v, width, height)
}

func (p *page) times(v view, width, height float64) {
	for i := range 5 {
		at := v.from.Add(v.until.Sub(v.from) * time.Duration(i) / 4)
		anchor := [...]string{"start", "middle", "middle", "middle", "end"}[i]
		fmt.Fprintf(&p.out, `<text x=%.0f y=%.0f fill="#8e8e9e" font-size=11 text-anchor=%s>%s</text>`,
			leftAxis+width*float64(i)/4, 6+height+15, anchor, v.clock(at))
	}
}

// places are the decimals with which the labels of an axis differ.
func places(defaults dashboards.FieldDefaults, step float64) *int {
	if defaults.Decimals != nil {
		return defaults.Decimals
	}
	if defaults.Unit == "percentunit" {
		step *= 100
	}
	n := 0
	for n < 6 && math.Abs(step-math.Round(step)) > 1e-9 {
		step, n = step*10, n+1
	}
	return &n
}

// isThreshold reports whether an override draws the series as a dashed line.
func isThreshold(panel *dashboards.Panel, name string) bool {
	for _, o := range panel.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if o.Matcher.Options == name && property.ID == "custom.lineStyle" {
				return true
			}
		}
	}
	return false
}

func colorOf(panel *dashboards.Panel, name string, i int) string {
	for _, o := range panel.FieldConfig.Overrides {
		if o.Matcher.Options != name {
			continue
		}
		for _, property := range o.Properties {
			if property.ID == "color" {
				return property.Value.(map[string]any)["fixedColor"].(string)
			}
		}
	}
	return palette[i%len(palette)]
}

// heat draws the cells of a histogram: one row a bucket, one column a step.
func (p *page) heat(panel *dashboards.Panel, a answer, v view, w, h int) {
	bounds := make([]float64, len(a.series))
	for i, one := range a.series {
		bounds[i], _ = strconv.ParseFloat(one.labels["le"], 64)
	}
	order := make([]int, len(bounds))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if bounds[i] < bounds[j] {
			return -1
		}
		return 1
	})
	width, height := float64(w-leftAxis-14), float64(h-bottomAxis-8)
	from, span := float64(v.from.Unix()), math.Max(1, v.until.Sub(v.from).Seconds())
	cell, rowHeight := width*v.step.Seconds()/span, height/float64(max(1, len(order)))
	var cells []heatCell
	most := 0.0
	lower := map[int64]float64{}
	for row, i := range order {
		for _, pt := range a.series[i].points {
			value := pt.value - lower[pt.at.Unix()]
			lower[pt.at.Unix()] = pt.value
			if value > 1e-9 {
				cells = append(cells, heatCell{row, pt.at.Unix(), value})
				most = math.Max(most, value)
			}
		}
	}
	unit := panel.Options.(map[string]any)["yAxis"].(map[string]any)["unit"].(string)
	fmt.Fprintf(&p.out, `<svg width=%d height=%d>`, w, h)
	for row, i := range order {
		label := "more"
		if !math.IsInf(bounds[i], 1) {
			label = format(unit, nil, bounds[i])
		}
		fmt.Fprintf(&p.out, `<text x=%d y=%.1f fill="#8e8e9e" font-size=10 text-anchor=end>%s</text>`,
			leftAxis-6, 6+height-float64(row)*rowHeight-rowHeight/2+4, label)
	}
	for _, c := range cells {
		fmt.Fprintf(&p.out, `<rect x=%.1f y=%.1f width=%.1f height=%.1f fill="#ff9830" opacity=%.2f />`,
			leftAxis+(float64(c.at)-from)/span*width, 6+height-float64(c.row+1)*rowHeight, cell-1, rowHeight-1, 0.1+0.9*math.Sqrt(c.value/most))
	}
	p.times(v, width, height)
	p.out.WriteString(`</svg>`)
}

type heatCell struct {
	row   int
	at    int64
	value float64
}
