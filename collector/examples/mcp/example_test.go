package mcp_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/spanledger/spanledger/collector/examples/internal/runtree"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/otelmcp"
)

type weatherIn struct {
	City string `json:"city"`
}

type weatherOut struct {
	Degrees int `json:"degrees"`
}

// The tool's own work, an LLM call for instance, belongs to the run too: the
// server continues the trace, and bills the user the client works for.
func Example() {
	spans, stop := runtree.Record()
	defer stop()

	ctx := context.Background()
	server := mcp.NewServer(&mcp.Implementation{Name: "weather", Version: "1"}, nil)
	server.AddReceivingMiddleware(otelmcp.ReceiveAttribution)
	mcp.AddTool(server, &mcp.Tool{Name: "forecast"},
		func(ctx context.Context, _ *mcp.CallToolRequest, in weatherIn) (*mcp.CallToolResult, weatherOut, error) {
			_, step := tracing.StartStep(ctx, "look up "+in.City)
			defer step.End(nil)
			fmt.Println("the server works for", tracing.AttributionFrom(ctx).User)
			return nil, weatherOut{Degrees: 21}, nil
		})

	client := mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "1"}, nil)
	client.AddSendingMiddleware(otelmcp.SendAttribution)

	there, here := mcp.NewInMemoryTransports()
	serving, err := server.Connect(ctx, there, nil)
	if err != nil {
		log.Fatal(err)
	}
	session, err := client.Connect(ctx, here, nil)
	if err != nil {
		log.Fatal(err)
	}

	ctx = tracing.WithAttribution(ctx, tracing.Attribution{User: "u-4711"})
	ctx, agent := tracing.StartAgent(ctx, "travel")
	_, err = session.CallTool(ctx, &mcp.CallToolParams{Name: "forecast", Arguments: weatherIn{City: "Lisbon"}})
	agent.End(err)
	if err != nil {
		log.Fatal(err)
	}
	if err := session.Close(); err != nil {
		log.Fatal(err)
	}
	if err := serving.Wait(); err != nil {
		log.Fatal(err)
	}

	spans.Write(os.Stdout, agent.SpanContext())
	// Output:
	// the server works for u-4711
	// invoke_agent travel (internal)
	//   tools/call forecast (client)
	//     tools/call forecast (server)
	//       step look up Lisbon (internal)
}
