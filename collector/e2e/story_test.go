package e2e_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/propagate"
	"github.com/spanledger/spanledger/tracing/semconv"
	"github.com/spanledger/spanledger/tracing/setup"
)

var update = flag.Bool("update", false, "write golden files")

// TestJaeger_ARunIsOneReadableTrace sends one run with every kind of span,
// across two services, to a real Jaeger and writes down what its query API
// shows of it. docs/tracing.md quotes the result.
func TestJaeger_ARunIsOneReadableTrace(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	jaeger := startJaeger(t)
	id := tellStory(t, jaeger)
	var told string
	eventually(t, "the run is complete", func() error {
		trace, err := jaeger.story(t, id)
		if err != nil {
			return err
		}
		told = trace.text()
		if n := len(trace.Spans); n != 18 {
			return fmt.Errorf("%d spans of 18", n)
		}
		return nil
	})

	golden := filepath.Join("testdata", "story.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(told), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), told)

	root, err := parts.Root()
	require.NoError(t, err)
	doc, err := os.ReadFile(filepath.Join(root, "docs", "tracing.md"))
	require.NoError(t, err)
	assert.Contains(t, string(doc), told, "docs/tracing.md shows another run than Jaeger does")
}

// tellStory makes the run and returns its trace id.
func tellStory(t *testing.T, j jaeger) string {
	t.Helper()
	ctx := t.Context()
	vendor, err := fakevendor.Start(ctx, fakevendor.Options{Seed: 7})
	require.NoError(t, err)
	defer func() { require.NoError(t, vendor.Close()) }()

	t.Setenv("OTEL_METRICS_EXPORTER", "none")
	t.Setenv("OTEL_LOGS_EXPORTER", "none")
	shutdown, err := setup.Start(ctx, setup.WithServiceName("intake-api"), setup.WithEndpoint("http://"+j.otlp))
	require.NoError(t, err)
	pricing := startPricing(t, j, vendor)

	llm := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.OpenAIHost(), otelgenai.OpenAI))}
	own := &http.Client{Transport: propagate.NewTransport(nil, "127.0.0.1")}

	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: "u-4711", Department: "claims", Application: "intake-bot"})
	ctx = tracing.WithConversation(ctx, "claim-2093")
	ctx, workflow := tracing.StartWorkflow(ctx, "claim intake")
	id := workflow.SpanContext().TraceID().String()

	triageCtx, triage := tracing.StartAgent(ctx, "triage")
	planCtx, plan := tracing.StartPlan(triageCtx)
	ask(planCtx, t, llm, vendor)
	plan.End(nil)

	stepCtx, step := tracing.StartStep(triageCtx, "look up policy")
	_, memory := tracing.StartMemory(stepCtx, semconv.OperationSearchMemory, tracing.WithInProcess())
	memory.End(nil)
	_, retrieval := tracing.StartRetrieval(stepCtx, "policies", tracing.WithTopK(3), tracing.WithServer("search.internal", 9200))
	retrieval.End(nil)
	_, tool := tracing.StartTool(stepCtx, "policy_search", tracing.WithToolType("function"), tracing.WithToolCallID("call_1"))
	tool.End(errors.New("policy 77: no such policy"))
	ask(stepCtx, t, llm, vendor)
	step.End(nil)

	stepCtx, step = tracing.StartStep(triageCtx, "ask for a price")
	fetch(stepCtx, t, own, pricing)
	step.End(nil)
	triage.End(nil)

	writerCtx, writer := tracing.StartAgent(ctx, "letter writer", tracing.WithHandOffFrom(triage))
	stepCtx, step = tracing.StartStep(writerCtx, "draft")
	ask(stepCtx, t, llm, vendor)
	step.End(nil)
	judgeCtx, judge := tracing.StartEvaluation(writerCtx, "politeness")
	ask(judgeCtx, t, llm, vendor)
	judge.AddEvent("verdict", attribute.String("label", "polite"))
	judge.End(nil)
	writer.End(nil)
	workflow.End(nil)
	require.NoError(t, shutdown(t.Context()))
	return id
}

// startPricing starts a second service, with an agent of its own.
func startPricing(t *testing.T, j jaeger, vendor *fakevendor.Server) (url string) {
	t.Helper()
	exporter, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(j.otlp), otlptracegrpc.WithInsecure())
	require.NoError(t, err)
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "pricing"))))
	t.Cleanup(func() { require.NoError(t, tp.Shutdown(context.Background())) })
	llm := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithTracerProvider(tp),
		otelgenai.WithEndpoint(vendor.OpenAIHost(), otelgenai.OpenAI))}
	server := httptest.NewServer(propagate.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx, agent := tracing.StartAgent(r.Context(), "pricing", tracing.WithTracerProvider(tp))
		defer agent.End(nil)
		ctx, step := tracing.StartStep(ctx, "quote")
		defer step.End(nil)
		ask(ctx, t, llm, vendor)
	})))
	t.Cleanup(server.Close)
	return server.URL
}

func ask(ctx context.Context, t *testing.T, llm *http.Client, vendor *fakevendor.Server) {
	t.Helper()
	body := strings.NewReader(`{"model":"gpt-5-mini","messages":[{"role":"user","content":"Is hail covered?"}]}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, vendor.OpenAIURL()+"/chat/completions", body)
	if !assert.NoError(t, err) {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer none")
	send(t, llm, req)
}

func fetch(ctx context.Context, t *testing.T, client *http.Client, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if assert.NoError(t, err) {
		send(t, client, req)
	}
}

func send(t *testing.T, client *http.Client, req *http.Request) {
	t.Helper()
	res, err := client.Do(req)
	if !assert.NoError(t, err) {
		return
	}
	_, err = io.Copy(io.Discard, res.Body)
	assert.NoError(t, err)
	assert.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusOK, res.StatusCode)
}

// storyTrace is a trace as Jaeger's user interface reads it.
type storyTrace struct {
	Spans     []storySpan `json:"spans"`
	Processes map[string]struct {
		ServiceName string `json:"serviceName"`
	} `json:"processes"`
}

type storySpan struct {
	jaegerSpan
	ProcessID string `json:"processID"`
	StartTime int64  `json:"startTime"`
	Logs      []struct {
		Fields []struct {
			Key   string `json:"key"`
			Value any    `json:"value"`
		} `json:"fields"`
	} `json:"logs"`
}

func (j jaeger) story(t *testing.T, id string) (*storyTrace, error) {
	t.Helper()
	var body struct {
		Data []storyTrace `json:"data"`
	}
	if err := getJSON(t, j.query+"/api/traces/"+id, &body); err != nil {
		return nil, err
	}
	if len(body.Data) != 1 {
		return nil, fmt.Errorf("%d traces", len(body.Data))
	}
	return &body.Data[0], nil
}

// text is the run as the user interface lays it out: service and operation,
// kind, what is red, and the tags that tell the story.
func (s *storyTrace) text() string {
	slices.SortStableFunc(s.Spans, func(a, b storySpan) int { return int(a.StartTime - b.StartTime) })
	var out strings.Builder
	var below func(parent, indent string)
	below = func(parent, indent string) {
		for i := range s.Spans {
			span := &s.Spans[i]
			if span.parent() != parent {
				continue
			}
			fmt.Fprintf(&out, "%s%s: %s [%v]%s\n", indent, s.Processes[span.ProcessID].ServiceName, span.OperationName,
				span.tag("span.kind"), span.notes(s))
			below(span.SpanID, indent+"  ")
		}
	}
	below("", "")
	return out.String()
}

// notes are the tags of a span that the tree does not say already.
func (span *storySpan) notes(s *storyTrace) string {
	var notes []string
	if span.tag("error") == true {
		notes = append(notes, fmt.Sprintf("ERROR %v", span.tag("otel.status_description")))
	}
	if span.tag("spanledger.role") == semconv.RoleStep {
		notes = append(notes, fmt.Sprintf("number %v", span.tag("spanledger.step.number")))
	}
	for _, key := range []string{"gen_ai.retrieval.top_k", "gen_ai.tool.call.id", "gen_ai.response.model"} {
		if v := span.tag(key); v != nil {
			notes = append(notes, fmt.Sprintf("%s=%v", key, v))
		}
	}
	for _, r := range span.References {
		if r.RefType == "FOLLOWS_FROM" {
			for _, other := range s.Spans {
				if other.SpanID == r.SpanID {
					notes = append(notes, "follows from "+other.OperationName)
				}
			}
		}
	}
	for _, log := range span.Logs {
		for _, field := range log.Fields {
			if field.Key == "event" {
				notes = append(notes, fmt.Sprintf("event %v", field.Value))
			}
		}
	}
	if span.tag("user.id") != "u-4711" || span.tag("gen_ai.conversation.id") != "claim-2093" {
		notes = append(notes, "WITHOUT ATTRIBUTION")
	}
	if len(notes) == 0 {
		return ""
	}
	return "  " + strings.Join(notes, ", ")
}
