package prometheusexporter

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/otel/attribute"
	conventions "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// target is a resource as Prometheus knows it: job and instance on its series,
// everything else on its target_info.
type target struct {
	labels []attribute.KeyValue
	rest   []attribute.KeyValue
}

func newTarget(resource pcommon.Resource) target {
	var t target
	attributes := resource.Attributes()
	if name, ok := attributes.Get(string(conventions.ServiceNameKey)); ok {
		job := name.AsString()
		if namespace, ok := attributes.Get(string(conventions.ServiceNamespaceKey)); ok {
			job = namespace.AsString() + "/" + job
		}
		t.labels = append(t.labels, attribute.String("job", job))
	}
	if instance, ok := attributes.Get(string(conventions.ServiceInstanceIDKey)); ok {
		t.labels = append(t.labels, attribute.String("instance", instance.AsString()))
	}
	for key, value := range attributes.All() {
		switch attribute.Key(key) {
		case conventions.ServiceNameKey, conventions.ServiceNamespaceKey, conventions.ServiceInstanceIDKey:
		default:
			t.rest = append(t.rest, attribute.String(key, value.AsString()))
		}
	}
	return t
}

// info is the labels of the resource's target_info: none without both job and
// instance, which lead from a series to it.
func (t target) info() (attribute.Set, bool) {
	if len(t.labels) < 2 {
		return attribute.Set{}, false
	}
	return attribute.NewSet(append(append([]attribute.KeyValue(nil), t.rest...), t.labels...)...), true
}

// attributes are those of a point of the resource.
func (t target) attributes(point pcommon.Map) attribute.Set {
	return attributesOf(point, append([]attribute.KeyValue(nil), t.labels...)...)
}
