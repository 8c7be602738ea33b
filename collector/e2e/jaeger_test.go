package e2e_test

import (
	"net/url"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

type jaeger struct {
	otlp  string // host:port of OTLP over gRPC
	query string // URL of the query API
}

func startJaeger(t *testing.T) jaeger {
	t.Helper()
	program := parts.Find(t, parts.Jaeger)
	otlp, query := parts.FreeAddr(t), parts.FreeAddr(t)
	p := parts.Run(t, program, []string{
		"OTEL_TRACES_SAMPLER=always_off", // of its own requests
		"JAEGER_OTLP=" + otlp, "JAEGER_QUERY_HTTP=" + query, "JAEGER_QUERY_GRPC=" + parts.FreeAddr(t),
	}, "--config=testdata/jaeger.yaml")
	p.Ready(t, "http://"+query+"/api/services", otlp)
	return jaeger{otlp: otlp, query: "http://" + query}
}

// jaegerSpan holds what the query API says of a span.
type jaegerSpan struct {
	SpanID        string `json:"spanID"`
	OperationName string `json:"operationName"`
	References    []struct {
		RefType string `json:"refType"`
		SpanID  string `json:"spanID"`
	} `json:"references"`
	Tags []struct {
		Key   string `json:"key"`
		Value any    `json:"value"`
	} `json:"tags"`
}

func (s jaegerSpan) parent() string {
	for _, r := range s.References {
		if r.RefType == "CHILD_OF" {
			return r.SpanID
		}
	}
	return ""
}

func (s jaegerSpan) tag(key string) any {
	for _, t := range s.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return nil
}

// trace returns the spans of a trace by id.
func (j jaeger) trace(t *testing.T, id string) (map[string]jaegerSpan, error) {
	t.Helper()
	var body struct {
		Data []struct {
			Spans []jaegerSpan `json:"spans"`
		} `json:"data"`
	}
	if err := getJSON(t, j.query+"/api/traces/"+url.PathEscape(id), &body); err != nil {
		return nil, err
	}
	spans := make(map[string]jaegerSpan)
	for _, d := range body.Data {
		for _, s := range d.Spans {
			spans[s.SpanID] = s
		}
	}
	return spans, nil
}
