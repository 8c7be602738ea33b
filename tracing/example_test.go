package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

// record makes a recorder the global tracer provider, in place of the SDK that
// package setup wires in an application.
func record() (spans *tracetest.SpanRecorder, stop func()) {
	spans = tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	return spans, func() { otel.SetTracerProvider(tracenoop.NewTracerProvider()) }
}

// printTree prints spans as a tree, siblings by name.
func printTree(spans *tracetest.SpanRecorder) {
	ended := spans.Ended()
	slices.SortFunc(ended, func(a, b sdktrace.ReadOnlySpan) int {
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	var below func(trace.SpanID, string)
	below = func(parent trace.SpanID, indent string) {
		for _, s := range ended {
			if s.Parent().SpanID() == parent {
				fmt.Println(indent + s.Name())
				below(s.SpanContext().SpanID(), indent+"  ")
			}
		}
	}
	below(trace.SpanID{}, "")
}

// What an agent did, and for whom, in spans.
func Example() {
	spans, stop := record()
	defer stop()

	answer := func(ctx context.Context, question string) (err error) {
		ctx = tracing.WithAttribution(ctx, tracing.Attribution{
			User: "u-4711", Department: "claims", Application: "intake-bot",
		})
		ctx, agent := tracing.StartAgent(ctx, "triage")
		defer func() { agent.End(err) }()

		stepCtx, step := tracing.StartStep(ctx, "look up policy")
		_, tool := tracing.StartTool(stepCtx, "policy_search")
		// ... LLM calls made with stepCtx are children of the step.
		tool.End(nil)
		step.End(nil)
		return nil
	}
	if err := answer(context.Background(), "Is hail covered?"); err != nil {
		fmt.Println(err)
	}
	printTree(spans)
	// Output:
	// invoke_agent triage
	//   step look up policy
	//     execute_tool policy_search
}

// Sub-agents at work at the same time are children of the agent that started
// them; each counts its own calls.
func ExampleStartAgent_parallel() {
	spans, stop := record()
	defer stop()

	ctx, boss := tracing.StartAgent(context.Background(), "editor")
	var wg sync.WaitGroup
	for _, topic := range []string{"history", "prices"} {
		wg.Go(func() {
			ctx, helper := tracing.StartAgent(ctx, "researcher "+topic)
			defer helper.End(nil)
			for range 2 {
				_, step := tracing.StartStep(ctx, "read") // numbered 1, 2
				step.End(nil)
			}
		})
	}
	wg.Wait()
	boss.End(nil)
	printTree(spans)
	// Output:
	// invoke_agent editor
	//   invoke_agent researcher history
	//     step read
	//     step read
	//   invoke_agent researcher prices
	//     step read
	//     step read
}

// An agent that takes a conversation over is linked to the one that gave it.
func ExampleWithHandOffFrom() {
	spans, stop := record()
	defer stop()

	ctx, workflow := tracing.StartWorkflow(context.Background(), "support")
	_, desk := tracing.StartAgent(ctx, "front desk")
	desk.End(nil)
	_, billing := tracing.StartAgent(ctx, "billing", tracing.WithHandOffFrom(desk))
	billing.End(nil)
	workflow.End(nil)

	for _, s := range spans.Ended() {
		for _, link := range s.Links() {
			fmt.Println(s.Name(), "took over:", link.SpanContext.SpanID() == desk.SpanContext().SpanID())
		}
	}
	// Output:
	// invoke_agent billing took over: true
}

// The span fails with the error that the function returns.
func ExampleSpan_End() {
	spans, stop := record()
	defer stop()

	search := func(ctx context.Context) (err error) {
		_, tool := tracing.StartTool(ctx, "web_search")
		defer func() { tool.End(err) }()
		return errors.New("no route to host")
	}
	_ = search(context.Background())

	s := spans.Ended()[0]
	fmt.Println(s.Status().Code, s.Status().Description)
	// Output:
	// Error no route to host
}

// Attribution of an inner context adds to that of the outer one.
func ExampleWithAttribution() {
	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{Application: "intake-bot", Department: "claims"})
	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: "u-4711", Tags: map[string]string{"tenant": "acme"}})
	for _, kv := range instrument.ContextAttributes(ctx) {
		fmt.Printf("%s=%s\n", kv.Key, kv.Value.AsString())
	}
	// Output:
	// user.id=u-4711
	// spanledger.department=claims
	// spanledger.application=intake-bot
	// spanledger.tag.tenant=acme
}
