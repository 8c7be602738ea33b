package eino

import (
	"context"

	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/spanledger/spanledger/tracing"
)

// Handler tells a run of eino in spans: a graph is an agent, a call of a chat
// model a step of it, a tool a tool and a retriever a retrieval. LLM spans come
// from the transport of the model's HTTP client.
func Handler() callbacks.Handler {
	return callbacks.NewHandlerBuilder().
		OnStartFn(func(ctx context.Context, info *callbacks.RunInfo, _ callbacks.CallbackInput) context.Context {
			return start(ctx, info)
		}).
		OnStartWithStreamInputFn(func(ctx context.Context, info *callbacks.RunInfo, in *schema.StreamReader[callbacks.CallbackInput]) context.Context {
			in.Close()
			return start(ctx, info)
		}).
		OnEndFn(func(ctx context.Context, _ *callbacks.RunInfo, _ callbacks.CallbackOutput) context.Context {
			end(ctx, nil)
			return ctx
		}).
		OnEndWithStreamOutputFn(func(ctx context.Context, _ *callbacks.RunInfo, out *schema.StreamReader[callbacks.CallbackOutput]) context.Context {
			out.Close()
			end(ctx, nil)
			return ctx
		}).
		OnErrorFn(func(ctx context.Context, _ *callbacks.RunInfo, err error) context.Context {
			end(ctx, err)
			return ctx
		}).
		Build()
}

type spanKey struct{}

// start puts the span into the context that the framework hands to what it
// runs and to the handler's own end.
func start(ctx context.Context, info *callbacks.RunInfo) context.Context {
	var span *tracing.Span
	if info != nil {
		switch info.Component {
		case compose.ComponentOfGraph, compose.ComponentOfChain, compose.ComponentOfWorkflow:
			ctx, span = tracing.StartAgent(ctx, info.Name)
		case components.ComponentOfChatModel:
			ctx, span = tracing.StartStep(ctx, info.Name)
		case components.ComponentOfTool:
			ctx, span = tracing.StartTool(ctx, info.Name)
		case components.ComponentOfRetriever:
			ctx, span = tracing.StartRetrieval(ctx, info.Name)
		}
	}
	// Nil for what makes no span, so that its end does not end the span above.
	return context.WithValue(ctx, spanKey{}, span)
}

func end(ctx context.Context, err error) {
	span, _ := ctx.Value(spanKey{}).(*tracing.Span)
	span.End(err)
}
