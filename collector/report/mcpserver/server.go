package mcpserver

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

//go:embed instructions.md
var instructions string

// maxAnswer bounds an answer, in bytes: about 25,000 tokens of a model's context.
const maxAnswer = 100 << 10

// New returns a server whose tools ask api, a [reportapi.Handler].
func New(api http.Handler, version string) (*mcp.Server, error) {
	operations, err := readOperations(reportapi.Spec())
	if err != nil {
		return nil, err
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "spanledger", Title: "spanledger", Version: version},
		&mcp.ServerOptions{Instructions: instructions})
	closed := false
	for _, op := range operations {
		if !reportapi.Serves(op.path) {
			continue
		}
		schema, err := op.inputSchema()
		if err != nil {
			return nil, fmt.Errorf("tool %s: %w", op.ID, err)
		}
		server.AddTool(&mcp.Tool{
			Name:        op.ID,
			Description: strings.TrimSpace(op.Summary + ".\n" + op.Description),
			InputSchema: schema,
			Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed},
		}, tool(api, op))
	}
	return server, nil
}

// tool asks one operation. What the API refuses is an answer that the model can
// act on, not a failure of the protocol.
func tool(api http.Handler, op operation) mcp.ToolHandler {
	return func(ctx context.Context, call *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		target, err := op.target(call.Params.Arguments)
		if err != nil {
			return refused(err.Error()), nil
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
		if err != nil {
			return refused(err.Error()), nil
		}
		answer := &recorder{header: http.Header{}, status: http.StatusOK}
		api.ServeHTTP(answer, request)
		switch {
		case answer.status != http.StatusOK:
			return refused(fmt.Sprintf("status %d: %s", answer.status, reason(answer.body.Bytes()))), nil
		case answer.size > maxAnswer:
			return refused(fmt.Sprintf("the answer has %d bytes, the limit is %d (hint: shorten the period, filter with where, or lower top)", answer.size, maxAnswer)), nil
		}
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: answer.body.String()}}}, nil
	}
}

// reason is the error in the body of an answer.
func reason(body []byte) string {
	var problem apierror.Body
	if json.Unmarshal(body, &problem) == nil && problem.Error != "" {
		return problem.Error
	}
	return strings.TrimSpace(string(body))
}

// maxRefusal bounds a refusal, in bytes: it may repeat an argument.
const maxRefusal = 4 << 10

func refused(text string) *mcp.CallToolResult {
	if len(text) > maxRefusal {
		text = strings.ToValidUTF8(text[:maxRefusal], "") + " ..."
	}
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}

// HTTPHandler serves the protocol over HTTP, without sessions: every request
// stands alone.
func HTTPHandler(server *mcp.Server) http.Handler {
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{Stateless: true})
}
