package dashboardtest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/picture"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

var pictures = flag.String("pictures", "", "folder to draw the dashboards into, seen from the repository's root unless absolute")

// TestPictures draws every dashboard from live answers, as PNG. It needs
// Chromium and several minutes: rules look over their real windows.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws pictures only when -pictures names a folder")
	}
	chromium, err := exec.LookPath("chromium")
	require.NoError(t, err, "apt-get install chromium")
	folder := *pictures
	if !filepath.IsAbs(folder) {
		folder = filepath.Join("../../../..", folder)
	}
	require.NoError(t, os.MkdirAll(folder, 0o755))

	stack := stacktest.Start(t, stacktest.Options{})
	begin := time.Now()
	stack.Demo(t, *demoLength)
	settle(t, stack)
	now := view{
		from: begin, until: time.Now(), step: 15 * time.Second,
		chosen: map[string][]string{"month": {begin.UTC().Format("2006-01")}},
	}
	if *demoLength > 2*rateWindow {
		// Rates of five minutes climb for as long before they show the traffic.
		now.from = begin.Add(rateWindow)
	}
	for name, d := range shipped(t) {
		v := now
		if name == "chargeback" {
			v.from, v.step = v.until.AddDate(0, 0, -30), 24*time.Hour
		}
		page := filepath.Join(t.TempDir(), name+".html")
		text, height := draw(t, stack, v, d)
		require.NoError(t, os.WriteFile(page, []byte(text), 0o600))
		raw, drawn := filepath.Join(t.TempDir(), name+".png"), filepath.Join(folder, "dashboard-"+name+".png")
		out, err := exec.CommandContext(t.Context(), chromium, "--headless=new", "--no-sandbox", "--disable-gpu",
			"--disable-background-networking", "--hide-scrollbars", "--force-device-scale-factor=0.75",
			fmt.Sprintf("--window-size=%d,%d", pageWidth, height),
			"--user-data-dir="+t.TempDir(),
			"--screenshot="+raw, "file://"+page).CombinedOutput()
		require.NoError(t, err, string(out))
		data, err := os.ReadFile(raw)
		require.NoError(t, err)
		small, err := picture.FewColours(data)
		require.NoError(t, err)
		require.Less(t, len(small), maxPicture, "%s: too large for a repository", name)
		require.NoError(t, os.WriteFile(drawn, small, 0o644))
	}
}

// rateWindow is that of the recording rules.
const rateWindow = 5 * time.Minute

// maxPicture bounds the size of a picture in bytes.
const maxPicture = 200_000

// draw makes the page of a dashboard.
func draw(t *testing.T, s *stacktest.Stack, v view, d *dashboards.Dashboard) (html string, height int) {
	t.Helper()
	var p page
	p.begin(d)
	for _, panel := range d.Panels {
		var answers []answer
		for _, target := range panel.Targets {
			a, err := ask(t, s, v, d, target)
			require.NoError(t, err)
			if target.QueryType == "timeseries" {
				a = asSeries(t, a)
			}
			answers = append(answers, a)
		}
		p.panel(panel, answers, v)
	}
	return p.end()
}

// asSeries turns rows of time, name and value into series, as Grafana does
// for a ClickHouse time series.
func asSeries(t *testing.T, a answer) answer {
	t.Helper()
	require.Len(t, a.columns, 3, "a time series is a time, a name and a value")
	byName := map[string]*series{}
	for _, row := range a.rows {
		name := fmt.Sprint(row[1])
		one := byName[name]
		if one == nil {
			one = &series{name: name}
			byName[name] = one
		}
		at, err := time.Parse(time.DateTime, row[0].(string))
		require.NoError(t, err)
		one.points = append(one.points, point{at, row[2].(float64)})
	}
	var all answer
	for _, one := range byName {
		all.series = append(all.series, *one)
	}
	slices.SortFunc(all.series, func(a, b series) int { return strings.Compare(a.name, b.name) })
	return all
}
