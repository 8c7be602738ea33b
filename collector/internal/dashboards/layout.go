package dashboards

import "strconv"

// gridWidth is Grafana's.
const gridWidth = 24

// flow places panels left to right, and on to the next line when the width is
// used up; ids follow the order.
func flow(panels ...*Panel) []*Panel {
	x, y, height := 0, 0, 0
	for i, p := range panels {
		if x+p.GridPos.W > gridWidth {
			x, y, height = 0, y+height, 0
		}
		p.ID = i + 1
		p.GridPos.X, p.GridPos.Y = x, y
		x += p.GridPos.W
		height = max(height, p.GridPos.H)
	}
	return panels
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
