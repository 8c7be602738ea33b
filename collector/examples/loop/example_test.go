package loop_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/spanledger/spanledger/collector/examples/internal/runtree"
	"github.com/spanledger/spanledger/collector/examples/internal/scripted"
	"github.com/spanledger/spanledger/collector/examples/loop"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

func Example() {
	model := scripted.Start(
		scripted.Reply{Tool: "transfer_to_billing"},
		scripted.Reply{Tool: "find_invoice", Arguments: `{"number":77}`},
		scripted.Reply{Text: "Invoice 77 was paid on Monday."},
	)
	defer model.Close()
	spans, stop := runtree.Record()
	defer stop()

	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(model.Host(), otelgenai.OpenAI))}
	llm := openai.NewClient(option.WithHTTPClient(client), option.WithBaseURL(model.URL()), option.WithAPIKey("none"))

	findInvoice := loop.Tool{Name: "find_invoice", Run: func(context.Context, string) (string, error) {
		return "77: paid 2026-11-23", nil
	}}
	billing := &loop.Agent{Name: "billing", Model: "gpt-5-mini", Tools: []loop.Tool{findInvoice}}
	desk := &loop.Agent{Name: "front_desk", Model: "gpt-5-mini", HandOffs: []*loop.Agent{billing}}

	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-4711", Application: "helpdesk"})
	ctx, run := tracing.StartWorkflow(ctx, "question")
	answer, err := desk.Run(ctx, &llm, "Was invoice 77 paid?")
	run.End(err)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer)
	spans.Write(os.Stdout, run.SpanContext())
	// Output:
	// Invoice 77 was paid on Monday.
	// invoke_workflow question (internal)
	//   invoke_agent front_desk (internal)
	//     step think (internal)
	//       chat gpt-5-mini (client)
	//   invoke_agent billing (internal)
	//     step think (internal)
	//       chat gpt-5-mini (client)
	//       execute_tool find_invoice (internal)
	//     step think (internal)
	//       chat gpt-5-mini (client)
}
