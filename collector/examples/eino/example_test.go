package eino_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/cloudwego/eino-ext/components/model/openai"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/flow/agent"
	"github.com/cloudwego/eino/flow/agent/react"
	"github.com/cloudwego/eino/schema"

	"github.com/spanledger/spanledger/collector/examples/eino"
	"github.com/spanledger/spanledger/collector/examples/internal/runtree"
	"github.com/spanledger/spanledger/collector/examples/internal/scripted"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

type place struct {
	City string `json:"city"`
}

func forecast(_ context.Context, p *place) (string, error) {
	return "21 degrees in " + p.City, nil
}

func Example() {
	model := scripted.Start(
		scripted.Reply{Tool: "forecast", Arguments: `{"city":"Lisbon"}`},
		scripted.Reply{Text: "Mild: 21 degrees."},
	)
	defer model.Close()
	spans, stop := runtree.Record()
	defer stop()

	ctx := context.Background()
	// The model's LLM spans come from the transport.
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(model.Host(), otelgenai.OpenAI))}
	chat, err := openai.NewChatModel(ctx, &openai.ChatModelConfig{
		HTTPClient: client, BaseURL: model.URL(), APIKey: "none", Model: "gpt-5-mini",
	})
	if err != nil {
		log.Fatal(err)
	}
	weather, err := utils.InferTool("forecast", "weather of a city", forecast)
	if err != nil {
		log.Fatal(err)
	}
	assistant, err := react.NewAgent(ctx, &react.AgentConfig{
		GraphName: "assistant", ModelNodeName: "decide", ToolCallingModel: chat,
		ToolsConfig: compose.ToolsNodeConfig{Tools: []tool.BaseTool{weather}},
	})
	if err != nil {
		log.Fatal(err)
	}

	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: "u-4711", Application: "helpdesk"})
	ctx, run := tracing.StartWorkflow(ctx, "question")
	answer, err := assistant.Generate(ctx, []*schema.Message{schema.UserMessage("How is Lisbon?")},
		agent.WithComposeOptions(compose.WithCallbacks(eino.Handler())))
	run.End(err)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Content)
	spans.Write(os.Stdout, run.SpanContext())
	// Output:
	// Mild: 21 degrees.
	// invoke_workflow question (internal)
	//   invoke_agent assistant (internal)
	//     step decide (internal)
	//       chat gpt-5-mini (client)
	//     execute_tool forecast (internal)
	//     step decide (internal)
	//       chat gpt-5-mini (client)
}
