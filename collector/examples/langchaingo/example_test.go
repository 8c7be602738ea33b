package langchaingo_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/tmc/langchaingo/agents"
	"github.com/tmc/langchaingo/chains"
	"github.com/tmc/langchaingo/llms/openai"
	"github.com/tmc/langchaingo/tools"

	"github.com/spanledger/spanledger/collector/examples/internal/runtree"
	"github.com/spanledger/spanledger/collector/examples/internal/scripted"
	"github.com/spanledger/spanledger/collector/examples/langchaingo"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

func Example() {
	model := scripted.Start(
		scripted.Reply{Tool: "calculator", Arguments: `{"__arg1":"6 * 7"}`},
		scripted.Reply{Text: "It is 42."},
	)
	defer model.Close()
	spans, stop := runtree.Record()
	defer stop()

	// The model's LLM spans come from the transport.
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(model.Host(), otelgenai.OpenAI))}
	llm, err := openai.New(openai.WithHTTPClient(client), openai.WithBaseURL(model.URL()),
		openai.WithToken("none"), openai.WithModel("gpt-5-mini"))
	if err != nil {
		log.Fatal(err)
	}
	executor := agents.NewExecutor(langchaingo.Agent(agents.NewOpenAIFunctionsAgent(llm, []tools.Tool{tools.Calculator{}})))
	assistant := langchaingo.Chain("assistant", executor)

	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-4711", Application: "helpdesk"})
	ctx, run := tracing.StartWorkflow(ctx, "question")
	answer, err := chains.Run(ctx, assistant, "What is six times seven?")
	run.End(err)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer)
	spans.Write(os.Stdout, run.SpanContext())
	// Output:
	// It is 42.
	// invoke_workflow question (internal)
	//   invoke_agent assistant (internal)
	//     step decide (internal)
	//       chat gpt-5-mini (client)
	//     execute_tool calculator (internal)
	//     step decide (internal)
	//       chat gpt-5-mini (client)
}
