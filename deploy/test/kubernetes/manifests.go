package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// monitoringOnly keeps what the Prometheus operator reads, which
// deploy/kubernetes/monitoring adds to either of the other two.
func monitoringOnly(rendered string) string {
	var out strings.Builder
	for _, text := range documents(rendered) {
		if strings.Contains(text, "apiVersion: monitoring.coreos.com/") {
			out.WriteString("---\n" + strings.TrimSpace(text) + "\n")
		}
	}
	return out.String()
}

// manifests holds the files for kubectl to the chart, or writes them.
func manifests(deploy string, rendered map[string]string, update bool) error {
	var errs []error
	for folder, text := range map[string]string{
		"deployment":  rendered["deployment"],
		"statefulset": rendered["statefulset"],
		"monitoring":  monitoringOnly(rendered["monitoring"]),
	} {
		path := filepath.Join(deploy, "kubernetes", folder, "spanledger.yaml")
		want := "# Rendered from the chart in deploy/helm/spanledger; do not edit: make kubernetes-manifests\n" + text
		if update {
			errs = append(errs, os.WriteFile(path, []byte(want), 0o644))
			continue
		}
		got, err := os.ReadFile(path)
		switch {
		case err != nil:
			errs = append(errs, err)
		case string(got) != want:
			errs = append(errs, fmt.Errorf("%s is not what the chart renders (fix: make kubernetes-manifests)", path))
		}
	}
	return errors.Join(errs...)
}
