package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// result is how a command ended.
type result struct {
	stdout, stderr string
	code           int
}

func run(t *testing.T, dir, program string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func TestCommandLine_TheCommandLine(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	program := parts.Spanledger(t)

	t.Run("a failure has a hint", func(t *testing.T) {
		busy, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer busy.Close()
		_, port, err := net.SplitHostPort(busy.Addr().String())
		require.NoError(t, err)
		dir := t.TempDir()
		file := filepath.Join(dir, "a-file")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		bad := filepath.Join(dir, "bad.yaml")
		require.NoError(t, os.WriteFile(bad, []byte("exporters:\n  cost_ledger:\n    endpoint: mysql://somewhere\n    no_such_key: 1\n"), 0o600))
		free := []string{"--grpc-port=0", "--http-port=0", "--prometheus-port=0", "--api-port=0"}
		for name, tc := range map[string]struct {
			args []string
			code int
			want []string
		}{
			"a port in use": {
				append([]string{"up", "--data", filepath.Join(dir, "data")}, append(free[1:], "--grpc-port="+port)...),
				1, []string{port, "address already in use", "--grpc-port"},
			},
			"a data folder that cannot be one": {
				append([]string{"up", "--data", file}, free...), 1, []string{file, "--data"},
			},
			"a configuration that is wrong":          {[]string{"collector", "--config", bad}, 1, []string{"no_such_key"}},
			"a configuration that is not there":      {[]string{"collector", "--config", filepath.Join(dir, "none.yaml")}, 2, []string{"none.yaml"}},
			"an unknown dimension":                   {[]string{"report", "cost", "--by", "planet"}, 2, []string{"--by", "planet", "department"}},
			"a period that is none":                  {[]string{"report", "cost", "--since", "yesteryear"}, 2, []string{"--since", "yesteryear"}},
			"an unknown flag":                        {[]string{"demo", "--durration", "3s"}, 2, []string{"--durration"}},
			"an unknown command":                     {[]string{"reprot"}, 2, []string{"reprot", "report"}},
			"a store that is not there":              {[]string{"report", "cost", "--store", "duckdb://" + filepath.Join(dir, "none.duckdb")}, 1, []string{"none.duckdb"}},
			"a store of an unknown kind":             {[]string{"report", "cost", "--store", "mysql://localhost/x"}, 2, []string{"duckdb://", "clickhouse://"}},
			"a collector that does not answer, demo": {[]string{"demo", "--otlp-endpoint", "http://127.0.0.1:1", "--keep"}, 2, []string{"--otlp-endpoint"}},
		} {
			t.Run(name, func(t *testing.T) {
				got := run(t, dir, program, tc.args...)
				assert.Equal(t, tc.code, got.code, got.stderr)
				mentions(t, got.stderr, tc.want...)
				assert.NotContains(t, got.stderr, "goroutine ", "no stack trace")
			})
		}
	})

	t.Run("the demo prints the bill and leaves nothing behind", func(t *testing.T) {
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		got := run(t, tmp, program, append([]string{"demo", "--duration", "2s"}, "--seed", "3")...)
		require.Equal(t, 0, got.code, got.stderr)
		mentions(t, got.stdout, "by user", "by department", "by application", "by model", "amara", "claims", "gpt-5",
			"planner", "researcher", "writer", "spanledger up")
		served := regexp.MustCompile(`The simulated vendors answered (\d+) calls; (\d+) are in the ledger`).FindStringSubmatch(got.stdout)
		require.Len(t, served, 3, "how many calls were made and how many are in the ledger")
		assert.Equal(t, served[1], served[2])
		assert.Empty(t, got.stderr, "progress is for terminals")
		left, err := os.ReadDir(tmp)
		require.NoError(t, err)
		assert.Empty(t, left)
	})

	t.Run("an interrupt ends the demo cleanly", func(t *testing.T) {
		tmp := t.TempDir()
		cmd := exec.Command(program, "demo", "--duration", "0")
		cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		require.NoError(t, cmd.Start())
		time.Sleep(6 * time.Second) // so that agents are at work
		require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			require.NoError(t, err, out.String())
		case <-time.After(45 * time.Second):
			_ = cmd.Process.Kill()
			t.Fatal("the demo is still running 45 s after the interrupt")
		}
		mentions(t, out.String(), "by department", "in the ledger") // what was done is summed up
		left, err := os.ReadDir(tmp)
		require.NoError(t, err)
		assert.Empty(t, left)
	})

	t.Run("reports work while up holds the file, and afterwards", func(t *testing.T) {
		dir := t.TempDir()
		grpc, api, metrics := port(t), port(t), port(t)
		up := parts.Run(t, program, nil, "up", "--data", filepath.Join(dir, "spanledger-data"),
			"--grpc-port="+grpc, "--api-port="+api, "--http-port=0", "--prometheus-port="+metrics)
		up.Ready(t, "http://127.0.0.1:"+metrics+"/metrics", "127.0.0.1:"+grpc)
		sent := run(t, dir, program, "demo", "--duration", "2s", "--otlp-endpoint", "http://127.0.0.1:"+grpc)
		require.Equal(t, 0, sent.code, sent.stderr)
		made := regexp.MustCompile(`made (\d+) LLM calls`).FindStringSubmatch(sent.stdout)
		require.Len(t, made, 2, sent.stdout)
		want, err := strconv.Atoi(made[1])
		require.NoError(t, err)

		calls := func() int {
			got := run(t, dir, program, "report", "cost", "--by", "department", "--since", "1h", "--format", "json")
			require.Equal(t, 0, got.code, got.stderr)
			return callsIn(t, got.stdout)
		}
		eventually(t, "the report through the running process has every call", func() error {
			if n := calls(); n != want {
				return errors.New(strconv.Itoa(n) + " calls, sent " + strconv.Itoa(want))
			}
			return nil
		})
		require.NoError(t, up.Stop(30*time.Second))
		require.Equal(t, want, calls(), "from the file itself")
	})
}

// mentions reports which of the words are not in an output.
func mentions(t *testing.T, output string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(output, word) {
			t.Errorf("%q is not in the output", word)
		}
	}
}

// port is a free loopback port.
func port(t *testing.T) string {
	t.Helper()
	_, p, err := net.SplitHostPort(parts.FreeAddr(t))
	require.NoError(t, err)
	return p
}

// callsIn is the number of calls in the total of a cost report in JSON.
func callsIn(t *testing.T, report string) int {
	t.Helper()
	var doc struct {
		Tables []struct {
			Total struct {
				Requests int `json:"requests"`
			} `json:"total"`
		} `json:"tables"`
	}
	require.NoError(t, json.Unmarshal([]byte(report), &doc))
	require.Len(t, doc.Tables, 1)
	return doc.Tables[0].Total.Requests
}
