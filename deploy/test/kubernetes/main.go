// Command kubernetes renders the kustomizations named on the command line, as
// kubectl does, and reads every object strictly with the types of the API: an
// unknown key, a value of the wrong kind, or a reference between objects that
// leads nowhere is an error. It is a module of its own, so that Kubernetes'
// packages stay out of the project's.
//
//	go run . ../../kubernetes/base ../../kubernetes/statefulset
package main

import (
	"errors"
	"fmt"
	"os"

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
	for _, folder := range os.Args[1:] {
		if err := check(folder); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", folder, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(folder string) error {
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	var scaler *autoscalingv2.HorizontalPodAutoscaler
	var errs []error
	for _, object := range objects.Resources() {
		text, err := object.AsYAML()
		if err != nil {
			return err
		}
		id := object.GetKind() + "/" + object.GetName()
		names[id] = true
		into := typeOf(object.GetApiVersion() + "/" + object.GetKind())
		if into == nil {
			fmt.Println("not checked, its type belongs to the Prometheus operator:", id)
			continue
		}
		if err := yaml.UnmarshalStrict(text, into); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", id, err))
		}
		if s, ok := into.(*autoscalingv2.HorizontalPodAutoscaler); ok {
			scaler = s
		}
	}
	if scaler != nil {
		if target := scaler.Spec.ScaleTargetRef.Kind + "/" + scaler.Spec.ScaleTargetRef.Name; !names[target] {
			errs = append(errs, fmt.Errorf("the autoscaler scales %s, which does not exist", target))
		}
	}
	fmt.Printf("%s: %d objects\n", folder, len(names))
	return errors.Join(errs...)
}

func typeOf(kind string) any {
	switch kind {
	case "v1/ServiceAccount":
		return &corev1.ServiceAccount{}
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
	}
	return nil
}
