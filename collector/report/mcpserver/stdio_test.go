package mcpserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/mcpserver"
)

type answer struct {
	ID     any             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func TestStdio_AnswersWhatIsNoMessageAndGoesOn(t *testing.T) {
	server, err := mcpserver.New(http.NotFoundHandler(), "test")
	require.NoError(t, err)
	in, send := io.Pipe()
	receive, out := io.Pipe()
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	go func() { ended <- server.Run(ctx, mcpserver.Stdio(in, out)) }()
	answers := bufio.NewScanner(receive)
	ask := func(line string) (got answer) {
		_, err := io.WriteString(send, line+"\n")
		require.NoError(t, err)
		require.True(t, answers.Scan(), "an answer to %.80s", line)
		require.NoError(t, json.Unmarshal(answers.Bytes(), &got), answers.Text())
		return got
	}
	ping := `{"jsonrpc":"2.0","id":7,"method":"ping"}`
	require.NotEmpty(t, ask(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`).Result)
	for line, code := range map[string]int{
		"no JSON at all":                              -32700,
		`{"jsonrpc":"2.0","id":2,"method":`:           -32700,
		`{"jsonrpc":"2.0","id":2,"method":"ping"} {}`: -32700,
		`{"jsonrpc":"1.0","id":2,"method":"ping"}`:    -32600,
		`{"id":{"a":1},"jsonrpc":"2.0"}`:              -32600,
		`"text"`:                                      -32600,
		`[]`:                                          -32600,
		`[` + ping + `]`:                              -32600,
		"\x00\x01\xff":                                -32700,
		strings.Repeat("[", 100_000):                  -32700,
		`"` + strings.Repeat("x", 5<<20) + `"`:        -32600,
	} {
		got := ask(line)
		require.NotNil(t, got.Error, "%.80s", line)
		require.Equal(t, code, got.Error.Code, "%.80s: %s", line, got.Error.Message)
		again := ask("\n" + ping)
		require.Nil(t, again.Error, "after %.80s", line)
		require.EqualValues(t, 7, again.ID)
	}
	require.NoError(t, send.Close())
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the end of the input ends the server")
	}
}

// What a script sends and closes is answered: printf '...' | spanledger mcp.
func TestStdio_AnswersWhatWasAskedBeforeTheEnd(t *testing.T) {
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(w, "{}")
	})
	server, err := mcpserver.New(slow, "test")
	require.NoError(t, err)
	lines := []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
	}
	const questions = 50
	for i := range questions {
		lines = append(lines, `{"jsonrpc":"2.0","id":`+strconv.Itoa(i+2)+`,"method":"tools/call","params":{"name":"cost","arguments":{}}}`, "no JSON")
	}
	receive, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- server.Run(t.Context(), mcpserver.Stdio(io.NopCloser(strings.NewReader(strings.Join(lines, "\n"))), out))
	}()
	answers, refusals := 0, 0
	for scanner := bufio.NewScanner(receive); scanner.Scan(); {
		var got answer
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &got), scanner.Text())
		if got.Error != nil {
			refusals++
		} else {
			answers++
		}
	}
	require.NoError(t, <-ended)
	require.Equal(t, questions+1, answers)
	require.Equal(t, questions, refusals)
}
