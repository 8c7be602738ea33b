package dashboardtest

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// names are the metrics Prometheus has seen, each with its labels.
type names map[string][]string

func namesOf(t *testing.T, s *stacktest.Stack) names {
	t.Helper()
	var metrics struct{ Data []string }
	require.NoError(t, get(s.Prometheus+"/api/v1/label/__name__/values", &metrics))
	all := names{}
	for _, metric := range metrics.Data {
		all[metric] = nil
	}
	// Metrics of a healthy collector that begin with the first mishap.
	for metric, labels := range map[string][]string{
		"otelcol_connector_genai_metrics_overflowed_calls": {},
		"exporter:spanledger_spans_lost:increase15m":       {"exporter"},
		"spanledger:spans_refused:rate5m":                  {"transport"},
		"spanledger:dead_letters:increase15m":              {},
		"ALERTS":                                           {"alertname", "alertstate", "category", "severity"},
	} {
		if _, seen := all[metric]; !seen {
			all[metric] = labels
		}
	}
	for metric := range all {
		if all[metric] != nil {
			continue
		}
		var labels struct{ Data []string }
		require.NoError(t, get(s.Prometheus+"/api/v1/labels?match[]="+url.QueryEscape(`{__name__="`+metric+`"}`), &labels))
		all[metric] = labels.Data
	}
	return all
}

// check reports the first metric or label of a query that does not exist. A
// label asked for by a matcher or a grouping must be on one of the metrics
// below it.
func (n names) check(expr string) error {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return err
	}
	return n.walk(parsed)
}

func (n names) walk(node parser.Node) error {
	for child := range parser.ChildrenIter(node) {
		if err := n.walk(child); err != nil {
			return err
		}
	}
	switch e := node.(type) {
	case *parser.VectorSelector:
		labels, ok := n[e.Name]
		if !ok {
			return fmt.Errorf("metric %s does not exist", e.Name)
		}
		for _, m := range e.LabelMatchers {
			if m.Name != "__name__" && !slices.Contains(labels, m.Name) {
				return fmt.Errorf("metric %s has no label %s, but %v", e.Name, m.Name, labels)
			}
		}
	case *parser.AggregateExpr:
		below := n.labelsBelow(e.Expr)
		for _, label := range e.Grouping {
			if !slices.Contains(below, label) {
				return fmt.Errorf("grouping by %s, which no series below has: %v", label, below)
			}
		}
	}
	return nil
}

func (n names) labelsBelow(node parser.Node) []string {
	var labels []string
	parser.Inspect(node, func(node parser.Node, _ []parser.Node) error {
		switch e := node.(type) {
		case *parser.VectorSelector:
			labels = append(labels, n[e.Name]...)
		case *parser.Call: // label_replace and count_values make labels
			if e.Func.Name == "label_replace" {
				labels = append(labels, e.Args[1].(*parser.StringLiteral).Val)
			}
		}
		return nil
	})
	return labels
}

func everyName(t *testing.T, s *stacktest.Stack, all map[string]*dashboards.Dashboard) {
	known := namesOf(t, s)
	for name, d := range all {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				if target.Expr == "" {
					continue
				}
				if err := known.check(view{}.promQL(d, target.Expr)); err != nil {
					t.Errorf("%s: %s: %v", name, p.Title, err)
				}
			}
		}
	}
}
