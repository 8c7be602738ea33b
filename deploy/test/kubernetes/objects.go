package main

import (
	"errors"
	"fmt"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"sigs.k8s.io/yaml"
)

// objects are the objects that the chart renders, by Kind/name.
type objects map[string]any

// read parses every document strictly.
func read(rendered string) (objects, error) {
	all := objects{}
	var errs []error
	for _, text := range documents(rendered) {
		var head metav1.PartialObjectMetadata
		if err := yaml.Unmarshal([]byte(text), &head); err != nil {
			errs = append(errs, fmt.Errorf("%w in:\n%s", err, text))
			continue
		}
		if head.Kind == "" { // comments alone
			continue
		}
		id := head.Kind + "/" + head.Name
		into := typeOf(head.APIVersion + "/" + head.Kind)
		if into == nil {
			errs = append(errs, fmt.Errorf("%s: no type to read it with", id))
			continue
		}
		if err := yaml.UnmarshalStrict([]byte(text), into); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", id, err))
		}
		if all[id] != nil {
			errs = append(errs, fmt.Errorf("%s: rendered twice", id))
		}
		all[id] = into
	}
	return all, errors.Join(errs...)
}

// documents are the texts of the objects, without the lines between them.
func documents(rendered string) []string { return strings.Split("\n"+rendered, "\n---\n") }

func typeOf(kind string) any {
	switch kind {
	case "v1/ServiceAccount":
		return &corev1.ServiceAccount{}
	case "v1/ConfigMap":
		return &corev1.ConfigMap{}
	case "v1/Secret":
		return &corev1.Secret{}
	case "v1/Service":
		return &corev1.Service{}
	case "apps/v1/Deployment":
		return &appsv1.Deployment{}
	case "apps/v1/StatefulSet":
		return &appsv1.StatefulSet{}
	case "batch/v1/CronJob":
		return &batchv1.CronJob{}
	case "autoscaling/v2/HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{}
	case "policy/v1/PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}
	case "networking.k8s.io/v1/NetworkPolicy":
		return &networkingv1.NetworkPolicy{}
	case "networking.k8s.io/v1/Ingress":
		return &networkingv1.Ingress{}
	case "monitoring.coreos.com/v1/ServiceMonitor":
		return &monitoringv1.ServiceMonitor{}
	case "monitoring.coreos.com/v1/PrometheusRule":
		return &monitoringv1.PrometheusRule{}
	}
	return nil
}
