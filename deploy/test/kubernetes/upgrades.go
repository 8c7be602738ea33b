package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
)

// upgrades compares what the API server refuses to change in place, selectors,
// a StatefulSet's service and its claims, with each released version of the chart,
// whose rendered sets are files VERSION/SET.yaml. An upgrade that changes one of
// them would fail, or leave a queue behind.
func upgrades(released string, rendered map[string]string) error {
	files, err := filepath.Glob(filepath.Join(released, "*/*.yaml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s: no released version to compare with (%v)", released, err)
	}
	var errs []error
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		before, err := read(string(data))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		after, err := read(rendered[strings.TrimSuffix(filepath.Base(file), ".yaml")])
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for id := range before {
			old, now := immutable(before[id]), immutable(after[id])
			if old != nil && !reflect.DeepEqual(old, now) {
				errs = append(errs, fmt.Errorf("%s: an upgrade changes what is immutable in %s: %v, now %v", file, id, old, now))
			}
		}
	}
	return errors.Join(errs...)
}

func immutable(object any) any {
	switch o := object.(type) {
	case *appsv1.Deployment:
		return o.Spec.Selector
	case *appsv1.StatefulSet:
		return []any{o.Spec.Selector, o.Spec.ServiceName, o.Spec.PodManagementPolicy, o.Spec.VolumeClaimTemplates}
	}
	return nil
}
