package main

import (
	"net/url"
	"path"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/mcpserver"
)

// askTools returns a function that asks the tools of an editor what a path of the API
// asks, over `spanledger mcp --server`.
func askTools(t *testing.T, server string) func(query string) string {
	t.Helper()
	api, closeStore, err := (&storeFlags{server: server}).reports(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, closeStore()) })
	tools, err := mcpserver.New(api, "test")
	require.NoError(t, err)
	near, far := mcp.NewInMemoryTransports()
	_, err = tools.Connect(t.Context(), far, nil)
	require.NoError(t, err)
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), near, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, session.Close()) })
	return func(query string) string {
		u, err := url.Parse(query)
		require.NoError(t, err)
		arguments := map[string]any{}
		for name, values := range u.Query() {
			arguments[name] = values
		}
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: path.Base(u.Path), Arguments: arguments})
		require.NoError(t, err)
		require.Len(t, result.Content, 1)
		text := result.Content[0].(*mcp.TextContent).Text
		assert.False(t, result.IsError, text)
		return text
	}
}

func TestMCP_SaysWhyACollectorDoesNotAnswer(t *testing.T) {
	api, _, err := (&storeFlags{server: "http://127.0.0.1:1"}).reports(t.Context())
	require.NoError(t, err)
	tools, err := mcpserver.New(api, "test")
	require.NoError(t, err)
	near, far := mcp.NewInMemoryTransports()
	_, err = tools.Connect(t.Context(), far, nil)
	require.NoError(t, err)
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), near, nil)
	require.NoError(t, err)
	defer session.Close()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "cost"})
	require.NoError(t, err)
	assert.True(t, result.IsError)
	assert.Contains(t, result.Content[0].(*mcp.TextContent).Text, "ledger API at http://127.0.0.1:1: ")
}
