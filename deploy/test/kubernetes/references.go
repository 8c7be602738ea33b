package main

import (
	"errors"
	"fmt"
	"slices"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// workload holds what runs pods, and the volumes it claims for each.
type workload struct {
	id       string
	selector map[string]string
	pods     corev1.PodTemplateSpec
	claims   []corev1.PersistentVolumeClaim
}

func (all objects) workloads() (found []workload) {
	for id, object := range all {
		switch o := object.(type) {
		case *appsv1.Deployment:
			found = append(found, workload{id, o.Spec.Selector.MatchLabels, o.Spec.Template, nil})
		case *batchv1.CronJob:
			found = append(found, workload{id, o.Spec.JobTemplate.Spec.Template.Labels, o.Spec.JobTemplate.Spec.Template, nil})
		case *appsv1.StatefulSet:
			found = append(found, workload{id, o.Spec.Selector.MatchLabels, o.Spec.Template, o.Spec.VolumeClaimTemplates})
		}
	}
	return found
}

// check follows the references between objects.
func (all objects) check() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	running := all.workloads()

	// one is the workload whose pods a selector means: exactly one, or the services,
	// policies and budgets of two would mix.
	one := func(by string, selector map[string]string) *workload {
		var found *workload
		n := 0
		for i, w := range running {
			if labels.SelectorFromSet(selector).Matches(labels.Set(w.pods.Labels)) {
				found, n = &running[i], n+1
			}
		}
		if n != 1 || len(selector) == 0 {
			refuse("%s selects the pods of %d workloads, want 1", by, n)
			return nil
		}
		return found
	}

	for _, w := range running {
		if found := one(w.id, w.selector); found != nil && found.id != w.id {
			refuse("%s selects the pods of %s", w.id, found.id)
		}
		errs = append(errs, all.checkPods(w))
	}
	for id, object := range all {
		switch o := object.(type) {
		case *autoscalingv2.HorizontalPodAutoscaler:
			if target := o.Spec.ScaleTargetRef.Kind + "/" + o.Spec.ScaleTargetRef.Name; all[target] == nil {
				refuse("%s scales %s, which does not exist", id, target)
			}
		case *appsv1.StatefulSet:
			if all["Service/"+o.Spec.ServiceName] == nil {
				refuse("%s belongs to service %q, which does not exist", id, o.Spec.ServiceName)
			}
		case *corev1.Service:
			w := one(id, o.Spec.Selector)
			for _, port := range o.Spec.Ports {
				if w != nil && !slices.ContainsFunc(w.pods.Spec.Containers[0].Ports, func(p corev1.ContainerPort) bool { return p.Name == port.TargetPort.StrVal }) {
					refuse("%s leads to port %q, which %s does not have", id, port.TargetPort.StrVal, w.id)
				}
			}
		case *networkingv1.NetworkPolicy:
			one(id, o.Spec.PodSelector.MatchLabels)
		case *policyv1.PodDisruptionBudget:
			one(id, o.Spec.Selector.MatchLabels)
		case *networkingv1.Ingress:
			for _, rule := range o.Spec.Rules {
				for _, path := range rule.HTTP.Paths {
					if !all.hasPort(path.Backend.Service.Name, path.Backend.Service.Port.Name) {
						refuse("%s leads to %s port %q, which does not exist", id, path.Backend.Service.Name, path.Backend.Service.Port.Name)
					}
				}
			}
		case *monitoringv1.ServiceMonitor:
			for _, endpoint := range o.Spec.Endpoints {
				if !all.hasPort(o.Name, endpoint.Port) {
					refuse("%s scrapes port %q, which no service has", id, endpoint.Port)
				}
			}
		}
	}
	return errors.Join(errs...)
}

func (all objects) hasPort(service, port string) bool {
	o, ok := all["Service/"+service].(*corev1.Service)
	return ok && slices.ContainsFunc(o.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == port })
}

// checkPods holds pods to the account, the volumes, the configuration and the
// secrets that they name.
func (all objects) checkPods(w workload) error {
	var errs []error
	refuse := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{w.id}, args...)...))
	}
	spec := w.pods.Spec
	if all["ServiceAccount/"+spec.ServiceAccountName] == nil {
		refuse("runs as %q, which does not exist", spec.ServiceAccountName)
	}
	volumes := map[string]bool{}
	for _, claim := range w.claims {
		volumes[claim.Name] = true
	}
	for _, volume := range spec.Volumes {
		volumes[volume.Name] = true
		if volume.ConfigMap != nil && all["ConfigMap/"+volume.ConfigMap.Name] == nil {
			refuse("mounts ConfigMap %q, which does not exist", volume.ConfigMap.Name)
		}
	}
	for _, container := range spec.Containers {
		for _, mount := range container.VolumeMounts {
			if !volumes[mount.Name] {
				refuse("mounts volume %q, which it does not have", mount.Name)
			}
		}
		for _, env := range container.Env {
			if env.ValueFrom == nil || env.ValueFrom.SecretKeyRef == nil {
				continue
			}
			ref := env.ValueFrom.SecretKeyRef
			// A Secret that is not rendered is one that the user makes.
			if secret, ok := all["Secret/"+ref.Name].(*corev1.Secret); ok && secret.StringData[ref.Key] == "" {
				refuse("%s reads key %q, which Secret %q does not have", env.Name, ref.Key, ref.Name)
			}
		}
	}
	return errors.Join(errs...)
}
