package main

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

// namespace is where the examples of the documents install the chart.
const namespace = "spanledger"

// render lints the chart with a file of values and returns what `helm template`
// prints, in the order of the templates' names.
func render(chart, values string) (string, error) {
	given, err := common.ReadValuesFile(values)
	if err != nil {
		return "", err
	}
	for _, message := range lint.RunAll(chart, given, namespace).Messages {
		if message.Severity >= support.WarningSev {
			return "", fmt.Errorf("lint: %s", message)
		}
	}
	return template(chart, given)
}

// template renders without linting, so that a refusal of the chart itself is seen.
func template(chart string, given map[string]any) (string, error) {
	loaded, err := loader.LoadDir(chart)
	if err != nil {
		return "", err
	}
	release := common.ReleaseOptions{Name: "spanledger", Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(loaded, given, release, common.DefaultCapabilities)
	if err != nil {
		return "", err
	}
	files, err := engine.Render(loaded, all)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := strings.TrimSpace(files[name])
		if path.Ext(name) != ".yaml" || text == "" {
			continue
		}
		out.WriteString("---\n" + strings.TrimPrefix(text, "---\n") + "\n")
	}
	return out.String(), nil
}

// refusals sees the chart refuse values that cannot work, each with a word on what
// to set.
func refusals(chart string) error {
	secret := map[string]any{"existingSecret": "spanledger"}
	cases := []struct {
		name, says string
		values     map[string]any
	}{
		{"no ledger", "exactly one of endpoint", map[string]any{}},
		{"two ledgers", "exactly one of endpoint", map[string]any{"clickhouse": map[string]any{"existingSecret": "s", "endpoint": "clickhouse://h:9000/d"}}},
		{"an endpoint of another store", "clickhouse", map[string]any{"clickhouse": map[string]any{"endpoint": "postgres://h/d"}}},
		{"an unknown value", "replica", map[string]any{"replica": 3, "clickhouse": secret}},
		{"an unknown kind", "kind", map[string]any{"kind": "DaemonSet", "clickhouse": secret}},
		{"a digest without a webhook", "digest.existingSecret", map[string]any{"digest": map[string]any{"enabled": true}, "clickhouse": secret}},
		{"a digest by mail without a server", "digest.smtp", map[string]any{"digest": map[string]any{"enabled": true, "to": "email"}, "clickhouse": secret}},
		{"an ingress without a host", "ingress.hosts", map[string]any{"ingress": map[string]any{"enabled": true}, "clickhouse": secret}},
	}
	var errs []error
	for _, c := range cases {
		switch _, err := template(chart, c.values); {
		case err == nil:
			errs = append(errs, fmt.Errorf("%s: rendered, should be refused", c.name))
		case !strings.Contains(err.Error(), c.says):
			errs = append(errs, fmt.Errorf("%s: refused without %q: %w", c.name, c.says, err))
		}
	}
	return errors.Join(errs...)
}
