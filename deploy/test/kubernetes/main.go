// Command kubernetes renders the kustomizations named on the command line, as
// kubectl does, and reads every object strictly with the types of the API, those
// of the Prometheus operator included: an unknown key, a value of the wrong kind,
// or a reference between objects that leads nowhere is an error. It is a module of
// its own, so that Kubernetes' packages stay out of the project's.
//
//	go run . ../../kubernetes/base ../../kubernetes/statefulset ../../kubernetes/monitoring
package main

import (
	"errors"
	"fmt"
	"os"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: kubernetes FOLDER...")
		os.Exit(2)
	}
	failed := false
	ports := map[string]bool{}       // of the services, by name
	scraped := map[string][]string{} // ports that monitors name, by monitor
	for _, folder := range os.Args[1:] {
		objects, err := read(folder)
		if err == nil {
			err = objects.check()
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", folder, err)
			failed = true
			continue
		}
		fmt.Printf("%s: %d objects\n", folder, len(objects))
		objects.collectPorts(ports, scraped)
	}
	for monitor, names := range scraped {
		for _, name := range names {
			if !ports[name] {
				fmt.Fprintf(os.Stderr, "%s scrapes port %q, which no service has\n", monitor, name)
				failed = true
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

// objects are what a kustomization renders, by Kind/name.
type objects map[string]any

func read(folder string) (objects, error) {
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return nil, err
	}
	all := objects{}
	var errs []error
	for _, object := range rendered.Resources() {
		id := object.GetKind() + "/" + object.GetName()
		into := typeOf(object.GetApiVersion() + "/" + object.GetKind())
		if into == nil {
			errs = append(errs, fmt.Errorf("%s: no type to read it with", id))
			continue
		}
		text, err := object.AsYAML()
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalStrict(text, into); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", id, err))
		}
		all[id] = into
	}
	return all, errors.Join(errs...)
}

// check follows the references between objects.
func (all objects) check() error {
	var errs []error
	for id, object := range all {
		var template *corev1.PodTemplateSpec
		switch o := object.(type) {
		case *autoscalingv2.HorizontalPodAutoscaler:
			if target := o.Spec.ScaleTargetRef.Kind + "/" + o.Spec.ScaleTargetRef.Name; all[target] == nil {
				errs = append(errs, fmt.Errorf("%s scales %s, which does not exist", id, target))
			}
		case *appsv1.Deployment:
			template = &o.Spec.Template
		case *appsv1.StatefulSet:
			template = &o.Spec.Template
			if all["Service/"+o.Spec.ServiceName] == nil {
				errs = append(errs, fmt.Errorf("%s belongs to service %q, which does not exist", id, o.Spec.ServiceName))
			}
		}
		if template != nil {
			errs = append(errs, all.checkPods(id, template))
		}
	}
	return errors.Join(errs...)
}

// checkPods holds pods to their account, and services, policies and budgets to
// the pods.
func (all objects) checkPods(id string, template *corev1.PodTemplateSpec) error {
	var errs []error
	if account := template.Spec.ServiceAccountName; all["ServiceAccount/"+account] == nil {
		errs = append(errs, fmt.Errorf("%s runs as %q, which does not exist", id, account))
	}
	for _, volume := range template.Spec.Volumes {
		if volume.ConfigMap != nil && all["ConfigMap/"+volume.ConfigMap.Name] == nil {
			errs = append(errs, fmt.Errorf("%s mounts ConfigMap %q, which does not exist", id, volume.ConfigMap.Name))
		}
	}
	listens := map[string]bool{}
	for _, port := range template.Spec.Containers[0].Ports {
		listens[port.Name] = true
	}
	selects := func(by string, labels map[string]string) {
		if len(labels) == 0 {
			errs = append(errs, fmt.Errorf("%s selects every pod of the namespace", by))
		}
		for key, value := range labels {
			if template.Labels[key] != value {
				errs = append(errs, fmt.Errorf("%s selects %s=%s, which the pods of %s are not", by, key, value, id))
			}
		}
	}
	for by, object := range all {
		switch o := object.(type) {
		case *corev1.Service:
			selects(by, o.Spec.Selector)
			for _, port := range o.Spec.Ports {
				if !listens[port.TargetPort.StrVal] {
					errs = append(errs, fmt.Errorf("%s leads to port %q, which %s has not", by, port.TargetPort.StrVal, id))
				}
			}
		case *networkingv1.NetworkPolicy:
			selects(by, o.Spec.PodSelector.MatchLabels)
		case *policyv1.PodDisruptionBudget:
			selects(by, o.Spec.Selector.MatchLabels)
		}
	}
	return errors.Join(errs...)
}

func (all objects) collectPorts(ports map[string]bool, scraped map[string][]string) {
	for id, object := range all {
		switch o := object.(type) {
		case *corev1.Service:
			for _, port := range o.Spec.Ports {
				ports[port.Name] = true
			}
		case *monitoringv1.ServiceMonitor:
			for _, endpoint := range o.Spec.Endpoints {
				scraped[id] = append(scraped[id], endpoint.Port)
			}
		}
	}
}

func typeOf(kind string) any {
	switch kind {
	case "v1/ServiceAccount":
		return &corev1.ServiceAccount{}
	case "v1/ConfigMap":
		return &corev1.ConfigMap{}
	case "v1/Service":
		return &corev1.Service{}
	case "apps/v1/Deployment":
		return &appsv1.Deployment{}
	case "apps/v1/StatefulSet":
		return &appsv1.StatefulSet{}
	case "autoscaling/v2/HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{}
	case "policy/v1/PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}
	case "networking.k8s.io/v1/NetworkPolicy":
		return &networkingv1.NetworkPolicy{}
	case "monitoring.coreos.com/v1/ServiceMonitor":
		return &monitoringv1.ServiceMonitor{}
	case "monitoring.coreos.com/v1/PrometheusRule":
		return &monitoringv1.PrometheusRule{}
	}
	return nil
}
