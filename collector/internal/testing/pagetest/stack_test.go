package pagetest

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// stack is a collector with the page.
type stack struct {
	program string
	page    string // address of the page
	api     string // of the API, for the command line
	otlp    string
	pid     int // of the collector
}

// duckDB is the ledger in a folder of spanledger up.
func duckDB(data string) string { return "duckdb://" + filepath.Join(data, "ledger.duckdb") }

// port is a free one, and the address that it is reached at.
func port(t testing.TB) (port, url string) {
	t.Helper()
	address := parts.FreeAddr(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return port, "http://" + address
}

// budgetFile has the budgets that the screens show.
func budgetFile(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "budgets.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`budgets:
  - {name: everything, amount: "60"}
  - {name: claims, amount: "5", scope: {department: claims}}
  - {name: research, amount: "90", scope: {application: research-desk}}
`), 0o600))
	return file
}

// start runs the collector on the ledger of a folder.
func start(t testing.TB, data string, more ...string) *stack {
	t.Helper()
	budgets := budgetFile(t)
	api, apiURL := port(t)
	grpc, grpcURL := port(t)
	http, _ := port(t)
	prometheus, _ := port(t)
	s := &stack{program: parts.Spanledger(t), page: apiURL + "/", api: apiURL, otlp: grpcURL}
	process := parts.Run(t, s.program, nil, append([]string{
		"up", "--data", data, "--budgets", budgets,
		"--api-port", api, "--grpc-port", grpc, "--http-port", http, "--prometheus-port", prometheus,
	}, more...)...)
	process.Ready(t, s.page, "127.0.0.1:"+grpc)
	s.pid = process.PID()
	return s
}

// demo fills the ledger of a folder with the demo's calls.
func demo(t testing.TB, data, duration string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), parts.Spanledger(t), "demo", "--data", data, "--duration", duration).CombinedOutput()
	require.NoError(t, err, string(out))
}

// ask is an answer of the command line, as JSON.
func (s *stack) ask(t testing.TB, answer any, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), s.program, append(args, "--format", "json", "--server", s.api)...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	require.NoError(t, err, problems.String())
	require.NoError(t, json.Unmarshal(out, answer))
}

// drive runs a script in Chromium by Playwright; its last line is the answer.
func drive(t testing.TB, s *stack, answer any, script string, args ...string) {
	t.Helper()
	node, err := exec.LookPath("node")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), node, append([]string{filepath.Join("testdata", script)}, args...)...)
	cmd.Env = append(os.Environ(), "PAGE="+s.page, "OTLP="+s.otlp, "SPANLEDGER="+s.program,
		"MODULES="+parts.PageModules(t), "CHROMIUM="+parts.Chromium(t))
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	require.NoError(t, err, "%s\n%s", problems.String(), out)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), answer), string(out))
}
