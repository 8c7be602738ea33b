package dashboardtest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// BenchmarkTenThousandSeries asks the real Prometheus every query of every
// dashboard, and every recording rule, over a day of a large installation. One
// operation is a whole dashboard, one query after the other, over the time
// range it opens with; one of the rules is one evaluation of all of them.
func BenchmarkTenThousandSeries(b *testing.B) {
	if testing.Short() {
		b.Skip("stores a day of samples and records the rules over it: -short leaves it out")
	}
	all := load()
	require.Greater(b, len(all), 10_000)
	dir := b.TempDir()
	end := time.Now().Truncate(time.Minute)
	begin := end.Add(-loadRange)
	write(b, dir, all, begin, end)
	backfill(b, dir, begin, end)
	server, address := serve(b, dir)
	s := &stacktest.Stack{Prometheus: address}

	boards := shipped(b)
	for _, name := range slices.Sorted(maps.Keys(boards)) {
		board := boards[name]
		b.Run(name, func(b *testing.B) {
			var asked []question
			for _, p := range board.Panels {
				for _, target := range p.Targets {
					if target.Expr != "" {
						asked = append(asked, question{p.Title, view{}.promQL(board, target.Expr), target})
					}
				}
			}
			switch {
			case len(asked) == 0:
				b.Skip("asks the ledger only")
			case name == "pipeline-health":
				b.Skip("asks for the collectors' own series, a few for each collector")
			}
			measure(b, server, s, opened(b, board, end), asked)
		})
	}
	b.Run("rules", func(b *testing.B) {
		var asked []question
		for _, level := range recordings(b) {
			for _, one := range level {
				asked = append(asked, question{one.Record, one.Expr, dashboards.Target{}})
			}
		}
		measure(b, server, s, view{until: end}, asked)
	})
	b.Logf("%d series, %s of scrapes every %s", len(all), loadRange, loadScrape)
}

// question is a query and whose it is.
type question struct {
	title, expr string
	target      dashboards.Target
}

// measure asks all questions in each operation, and tells of the slowest.
func measure(b *testing.B, server *parts.Process, s *stacktest.Stack, v view, asked []question) {
	b.Helper()
	before := server.CPU(b)
	var slowest time.Duration
	var whose string
	var answered int
	for b.Loop() {
		slowest, answered = 0, 0
		for _, q := range asked {
			began := time.Now()
			a, err := askPrometheus(s, v, q.expr, q.target)
			require.NoError(b, err)
			if !a.empty() {
				answered++
			}
			if took := time.Since(began); took > slowest {
				slowest, whose = took, q.title
			}
		}
	}
	b.ReportMetric(float64((server.CPU(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(asked)), "queries/op")
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-ms")
	b.Logf("slowest: %s; %d of %d have an answer", whose, answered, len(asked))
}

// pixels is the width of a panel of half a screen: Grafana asks for about as
// many points.
const pixels = 800

// opened is the view a dashboard opens with, as if it were end.
func opened(b *testing.B, d *dashboards.Dashboard, end time.Time) view {
	b.Helper()
	length, err := time.ParseDuration(d.Time.From[len("now-"):])
	require.NoError(b, err, d.Time.From)
	return view{from: end.Add(-length), until: end, step: max(15*time.Second, length/pixels)}
}
