package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

// run is the binary with a command line: what it prints and how it ends.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return runUntil(t.Context(), args...)
}

func runUntil(ctx context.Context, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	root := newRootCommand()
	root.SetOut(&out)
	root.SetErr(&errs)
	code = execute(ctx, root, args)
	return out.String(), errs.String(), code
}

// commands walks over every command that can be run.
func commands(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		commands(sub, visit)
	}
}

func TestCommand_EveryCommandOfOursEndsItsHelpWithAnExample(t *testing.T) {
	commands(newRootCommand(), func(cmd *cobra.Command) {
		// The sub-commands of `collector` are the Collector's own.
		if strings.HasPrefix(cmd.CommandPath(), "spanledger collector ") {
			return
		}
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			assert.NotEmpty(t, cmd.Short)
			assert.LessOrEqual(t, len(cmd.Short), 60, cmd.Short)
			help, _, code := run(t, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
			assert.Equal(t, exitDone, code)
			assert.True(t, strings.HasSuffix(help, "Examples:\n"+cmd.Example+"\n"), help)
			assert.NotContains(t, help, "Aliases:")
			assert.Contains(t, cmd.Example, "spanledger")
			for line := range strings.Lines(cmd.Example) {
				assert.True(t, strings.HasPrefix(line, "  spanledger "), "an example is a command: %q", line)
			}
		})
	})
}

func TestCommand_ExamplesNameFlagsThatExist(t *testing.T) {
	commands(newRootCommand(), func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "   #")
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != "spanledger" {
				continue
			}
			root := newRootCommand()
			found, rest, err := root.Find(words[1:])
			if !assert.NoError(t, err, line) {
				continue
			}
			for _, word := range rest {
				name, isFlag := strings.CutPrefix(word, "--")
				name, _, _ = strings.Cut(name, "=")
				if isFlag {
					assert.NotNil(t, found.Flag(name), "%s: %s has no --%s", line, found.CommandPath(), name)
				}
			}
		}
	})
}

func TestCommand_WrongUsageIsNamedAndExitsWith2(t *testing.T) {
	for line, want := range map[string]string{
		"repotr":                                                 `unknown command "repotr" of spanledger; did you mean "report"?`,
		"report costs":                                           `unknown command "costs" of spanledger report; did you mean "cost"?`,
		"report cost --colour":                                   "unknown flag: --colour",
		"report cost now":                                        `unexpected argument "now": spanledger report cost has only flags`,
		"report cost --by colour":                                `--by: unknown dimension "colour": use one of user, department`,
		"report cost --by tag:":                                  `--by: unknown dimension "tag:"`,
		"report cost --format xml":                               `--format: unknown format "xml": use one of table, json`,
		"report cost --since yesterday":                          `--since "yesterday": not a duration: use a number and a unit, such as 90m`,
		"report cost --since 0d":                                 `--since "0d": not above zero`,
		"report cost --since -3h":                                `--since "-3h": not above zero`,
		"report cost --since 99999w":                             `--since "99999w": more than a hundred years`,
		"report cost --from 2026-13-01":                          `--from "2026-13-01": not a time: use a day`,
		"report cost --to 2026-10-01":                            `--to "2026-10-01": the start of the period is missing: give --from too, or --since alone`,
		"report cost --from 2026-10-02 --to 2026-10":             `--to "2026-10": not a time: use a day`,
		"report cost --from 2026-10-02 --to 2026-10-02":          "the period is empty: its start",
		"report cost --from 2026-10-02 --since 7d":               "--since contradicts --from and --to: give --since alone, or --from and --to",
		"report cost --from 2100-01-01":                          `--from "2100-01-01": the time is in the future`,
		"chargeback --focus-version 1.2":                         "--focus-version 1.2: requires --format focus, not table",
		"report cost --zone Mars/Base":                           `--zone "Mars/Base": unknown time zone`,
		"report cost --zone Local":                               "give the name of the zone, such as Europe/Berlin",
		"report cost --where gpt-5":                              `--where "gpt-5": expected dimension=value`,
		"report cost --where colour=red":                         `--where "colour=red": unknown dimension "colour"`,
		"report cost --top -1":                                   "--top -1: use 0 for all",
		"prices cost --file calls.jsonl --model gpt-5":           "--file and --model: give only one of them",
		"prices cost --file none.jsonl":                          `--file "none.jsonl": no such file`,
		"explain --otlp none.json":                               `--otlp "none.json": no such file`,
		"explain most-expensive --otlp x":                        "most-expensive reads the ledger: with --otlp, give a span id of the file",
		"check --jaeger x":                                       `--jaeger "x": expected a URL such as http://127.0.0.1:16686`,
		"check --prometheus localhost:9090":                      `--prometheus "localhost:9090": expected a URL such as http://127.0.0.1:9090`,
		"alerts test --alertmanager 127.0.0.1:1":                 `--alertmanager "127.0.0.1:1": expected a URL such as http://127.0.0.1:9093`,
		"report waste --top 0":                                   "--top 0: expected a number of rows, 1 or more",
		"report cost --store mysql://root:hunter2@localhost/x":   `--store: unknown scheme "mysql": expected duckdb://FILE or clickhouse://`,
		"report cost --store ledger.duckdb":                      `--store "ledger.duckdb": no scheme: expected duckdb://FILE`,
		"report cost --store duckdb://a --server http://b":       "--store and --server: give only one of them",
		"report cost --server localhost:8890":                    "--server: server \"localhost:8890\": expected a URL",
		"report daily --days 0":                                  "--days 0: use a number from 1 to",
		"report daily --days 3 --since 7d":                       "--days contradicts --since, --from and --to",
		"demo --duration -1s":                                    "--duration -1s: use 0 for no limit",
		"demo --fault fire":                                      `--fault: unknown fault "fire": use one of errors, slow`,
		"demo --otlp-endpoint http://127.0.0.1:4317 --keep":      "--otlp-endpoint sends to a running collector, but --keep and --data",
		"migrate ledger.duckdb duckdb://b":                       `FROM "ledger.duckdb": no scheme: expected duckdb://FILE`,
		"demo --duration 1ms --otlp-endpoint htp://x":            `--otlp-endpoint "htp://x": expected a URL such as http://127.0.0.1:4317`,
		"deadletter retry --otlp-endpoint :x":                    `--otlp-endpoint ":x": expected a URL such as http://127.0.0.1:4317`,
		"report cost --where status=failed":                      `--where "status=failed": status is ok or error, not "failed"`,
		"report cost --where hour=14":                            `--where "hour=14": hour "14": expected a value such as 2026-10-31T14`,
		"check --price-age soon":                                 `--price-age "soon": not a duration: use a number and a unit, such as 90m`,
		"optimize --applied soon":                                `--applied "soon": not a time`,
		"report cost --store mysql://root:hunter2@localhost/x y": `unexpected argument "y"`,
		"trace":                             "expected spanledger trace TRACE-ID|newest|slowest|most-expensive, got no argument",
		"prices lint":                       "expected spanledger prices lint FILE..., got no argument",
		"prices diff built-in nowhere.json": `B "nowhere.json": no such file`,
		"prices diff a":                     `expected spanledger prices diff A B, got a`,
		"prices cost --model gpt-5":         "--provider is missing: name the vendor that bills",
		"prices cost --model m --provider p --input -5": "--input -5: expected 0 or more",
		"up --log-level loud":                           `--log-level "loud": use debug, info`,
		"up --data=":                                    `--data "": name a folder, such as spanledger-data`,
		"up --budgets nowhere.yaml":                     `--budgets "nowhere.yaml": no such file`,
		"prices reprice --price-file nowhere.json":      `--price-file "nowhere.json": no such file`,
		"prices list --price-file nowhere.json":         `--price-file "nowhere.json": no such file`,
		"collector":                                     "--config is missing: name a file",
		"collector validate":                            "--config is missing: name a file",
		"collector --config nowhere.yaml":               `--config "nowhere.yaml": no such file`,
		"demo --duration soon":                          `--duration "soon": expected a duration, such as 90s`,
		"optimize --min-calls few":                      `--min-calls "few": expected a whole number`,
		"healthy --url localhost":                       `--url "localhost": expected an address`,
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, strings.Fields(line)...)
			assert.Equal(t, exitUsage, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, want)
			assert.Contains(t, stderr, "--help' for usage.")
			assert.NotContains(t, stderr, "hunter2", "passwords are not printed")
		})
	}
}

func TestCommand_AWrongAddressNamesWhereItIsFrom(t *testing.T) {
	for variable, want := range map[string]string{
		serverVariable: `$SPANLEDGER_SERVER: server "foo": expected a URL`,
		storeVariable:  `$SPANLEDGER_STORE "foo": `,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "foo")
			_, stderr, code := run(t, "report", "cost")
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, stderr, want)
		})
	}
}

func TestCommand_FailuresAreNamedAndExitWith1(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	malformed := filepath.Join(t.TempDir(), "malformed.yaml")
	require.NoError(t, os.WriteFile(malformed, []byte("receivers: [otlp\n"), 0o600))
	text := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("no configuration\n"), 0o600))
	present, other := filepath.Join(t.TempDir(), "ledger.duckdb"), filepath.Join(t.TempDir(), "link.duckdb")
	fillLedger(t, "duckdb://"+present)
	require.NoError(t, os.Symlink(present, other))
	wrong := func(text string) string {
		path := filepath.Join(t.TempDir(), "wrong.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	endpoint, unit := wrong("exporters: {debug: {}, cost_ledger: {endpont: x}}\n"), wrong("exporters:\n  cost_ledger:\n    timeout: soon\n")
	grpc, level := wrong("receivers:\n  otlp:\n    protocols:\n      grpc: {endpiont: x}\n"), wrong("service:\n  telemetry:\n    logs:\n      levl: info\n")
	section, kind := wrong("# ours\nexporterz: {}\n"), wrong("exporters:\n  cost_legder: {}\n")
	free := []string{"--grpc-port", "0", "--http-port", "0", "--prometheus-port", "0", "--api-port", "0", "--data", t.TempDir()}

	for name, failure := range map[string]struct {
		args []string
		want []string
	}{
		"a port in use":          {append([]string{"up"}, append(free, "--grpc-port", port)...), []string{"OTLP gRPC", port, "address already in use", "--grpc-port"}},
		"a folder that is none":  {append([]string{"up"}, append(free, "--data", file+"/x")...), []string{file, "--data"}},
		"a bad configuration":    {append([]string{"up"}, append(free, "--config", "yaml:exporters::cost_ledger::endpont: x")...), []string{"endpont"}},
		"a port beyond the last": {append([]string{"up"}, append(free, "--grpc-port", "99999")...), []string{"99999", "use --grpc-port with a number up to 65535"}},
		"an address of another":  {append([]string{"up"}, append(free, "--listen", "192.0.2.1")...), []string{"192.0.2.1", "use --listen with an address of this machine"}},
		"a malformed file":       {append([]string{"up"}, append(free, "--config", malformed)...), []string{"--config " + malformed + ": yaml: line"}},
		"one bad file of two":    {[]string{"collector", "validate", "--config", "../../../otel-collector.yaml", "--config", malformed}, []string{"--config " + malformed + ": yaml: line"}},
		"a key of an exporter":   {append([]string{"up"}, append(free, "--config", endpoint)...), []string{"--config " + endpoint + `, line 1: unknown key "endpont" of exporters::cost_ledger`}},
		"a key of a protocol":    {append([]string{"up"}, append(free, "--config", grpc)...), []string{"--config " + grpc + `, line 4: unknown key "endpiont" of receivers::otlp`}},
		"a key of the service":   {append([]string{"up"}, append(free, "--config", level)...), []string{"--config " + level + `, line 4: unknown key "levl" of service::telemetry::logs`}},
		"a section":              {append([]string{"up"}, append(free, "--config", section)...), []string{"--config " + section + `, line 2: unknown key "exporterz"` + "\n"}},
		"a component":            {append([]string{"up"}, append(free, "--config", kind)...), []string{"--config " + kind + `, line 2: exporters::cost_legder: unknown type: "cost_legder"`, "cost_ledger"}},
		"a value":                {append([]string{"up"}, append(free, "--config", unit)...), []string{"--config " + unit + ", line 3: exporters::cost_ledger::timeout: time: invalid duration"}},
		"the last of two files":  {[]string{"collector", "validate", "--config", "../../../otel-collector.yaml", "--config", endpoint}, []string{"--config " + endpoint + ", line 1"}},
		"a file without keys":    {[]string{"collector", "--config", text}, []string{"--config " + text + ": has no keys"}},
		"a ledger to reprice":    {[]string{"prices", "reprice", "--store", "duckdb://" + file + ".duckdb"}, []string{"no ledger at " + file + ".duckdb"}},
		"a ledger to move":       {[]string{"migrate", "duckdb://" + file + ".duckdb", "duckdb://" + file + ".to"}, []string{"no ledger at " + file + ".duckdb (hint: check the path)"}},
		"a ledger on itself":     {[]string{"migrate", "duckdb://" + present, "duckdb://" + other + "?threads=1"}, []string{"FROM and TO", "the same ledger", "name another ledger as TO"}},
		"a ledger to thin out":   {[]string{"retention", "--store", "duckdb://" + file + ".duckdb"}, []string{"no ledger at " + file + ".duckdb"}},
		"a ledger to export":     {[]string{"export", file + ".csv", "--store", "duckdb://" + file + ".duckdb"}, []string{"no ledger at " + file + ".duckdb"}},
		"a probe of nobody":      {[]string{"healthy", "--url", "http://127.0.0.1:1/"}, []string{"http://127.0.0.1:1/", "connection refused", "health_check"}},
		"a ledger nobody made":   {[]string{"report", "cost", "--store", "duckdb:///nowhere/ledger.duckdb"}, []string{"no ledger at /nowhere/ledger.duckdb", "spanledger up"}},
		"a file of other kind":   {[]string{"report", "cost", "--store", "duckdb://" + text}, []string{"notes.txt: is not a DuckDB database file (hint: check the path)"}},
		"a server nobody runs":   {[]string{"report", "cost", "--server", "http://127.0.0.1:1"}, []string{"ledger API at http://127.0.0.1:1", "connection refused", "hint: check that a collector with the ledger_api extension runs there"}},
		"a store that is not up": {[]string{"report", "cost", "--store", "clickhouse://127.0.0.1:1/x"}, []string{"clickhouse 127.0.0.1:1/x: schema version: connection refused (hint: check that the store runs"}},
		"a demo without a place": {[]string{"demo", "--data", file + "/x"}, []string{file, "--data"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, code := run(t, failure.args...)
			assert.Equal(t, exitFailed, code, stderr)
			for _, want := range failure.want {
				assert.Contains(t, stderr, want)
			}
			assert.NotContains(t, stderr, "hunter2", "passwords are not printed")
		})
	}
	assert.NoFileExists(t, file+".duckdb", "a ledger that is only asked for is not made")
}

func TestCommand_ASecondUpOnAFolderLeavesTheFirstAlone(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	start := func() (process *exec.Cmd, output io.Reader, stderr *bytes.Buffer) {
		process = exec.CommandContext(t.Context(), os.Args[0], "up", "--data", data,
			"--grpc-port", "0", "--http-port", "0", "--prometheus-port", "0", "--api-port", "0")
		process.Env = append(os.Environ(), asCommand+"=1")
		stderr = new(bytes.Buffer)
		pipe, err := process.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, process.Start())
		return process, io.TeeReader(pipe, stderr), stderr
	}
	first, told, _ := start()
	lines := bufio.NewScanner(told)
	for lines.Scan() && !strings.Contains(lines.Text(), "Ctrl-C") {
		continue
	}
	require.NoError(t, lines.Err())

	second, told, stderr := start()
	_, err := io.Copy(io.Discard, told)
	require.NoError(t, err)
	require.Error(t, second.Wait())
	assert.Equal(t, exitFailed, second.ProcessState.ExitCode())
	assert.Regexp(t, `^spanledger: start the collector: duckdb .*ledger\.duckdb: held by another process \(hint: stop the collector .* --data\)\n$`, stderr.String())

	_, failure, code := run(t, "report", "cost", "--store", "duckdb://"+filepath.Join(data, "ledger.duckdb"))
	assert.Equal(t, exitDone, code, failure)
	require.NoError(t, first.Process.Signal(os.Interrupt))
	for lines.Scan() {
		t.Log(lines.Text())
	}
	assert.NoError(t, first.Wait(), "the first ends as if there had been no second")
}

func TestCommand_ReportsAnswerWhileUpRunsAndAfterwards(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	store := "duckdb://" + filepath.Join(data, "ledger.duckdb")
	_, stderr, code := run(t, "demo", "--duration", "1500ms", "--data", data)
	require.Equal(t, exitDone, code, stderr)

	question := []string{"report", "cost", "--by", "user", "--store", store, "--format", "json", "--since", "1h"}
	alone, stderr, code := run(t, question...)
	require.Equal(t, exitDone, code, stderr)
	assert.Positive(t, requests(t, alone))

	file := filepath.Join(t.TempDir(), "calls.csv")
	_, stderr, code = run(t, "export", file, "--format", "csv", "--since", "1h", "--store", store)
	require.Equal(t, exitDone, code, stderr)
	exported, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Regexp(t, `,prompt_prefix,prompt_prefix_tokens[a-z_,]*\n(?s:.*),[0-9a-f]{16},[1-9]\d*[,\n]`, string(exported), "prompts of the demo are hashed")

	found := mustRun(t, "optimize", "--since", "1h", "--min-calls", "2", "--min-saving", "0.000001", "--store", store, "--format", "csv")
	assert.Regexp(t, `medium,"[a-z-]+, agent planner, .*had the prefix of a call at most 5 minutes before.*,cache_prompts,`, found)

	c := distro.AllInOne{Data: data}
	require.NoError(t, c.Prepare())
	uris, err := c.URIs()
	require.NoError(t, err)
	running, err := distro.Start(t.Context(), uris...)
	require.NoError(t, err)
	taken := filepath.Join(t.TempDir(), "taken.csv")
	said, exportErr, exportCode := run(t, "export", taken, "--format", "csv", "--since", "1h", "--server", c.URL(c.API))
	through, stderr, code := run(t, "report", "cost", "--by", "user", "--server", c.URL(c.API), "--format", "json", "--since", "1h")
	require.NoError(t, running.Shutdown())
	require.Equal(t, exitDone, code, stderr)
	assert.Equal(t, requests(t, alone), requests(t, through))
	require.Equal(t, exitDone, exportCode, exportErr)
	assert.Regexp(t, `^\d+ calls in .*taken\.csv\n$`, said)
	written, err := os.ReadFile(taken)
	require.NoError(t, err)
	assert.Equal(t, string(exported), string(written), "the running collector exports the same file")

	for _, report := range []string{"daily", "peaks", "errors", "latency", "summary"} {
		for _, name := range []string{"table", "json", "csv", "markdown"} {
			out, stderr, code := run(t, "report", report, "--store", store, "--format", name)
			assert.Equal(t, exitDone, code, stderr)
			assert.NotEmpty(t, out)
		}
	}
}

// requests is the total of a report in JSON.
func requests(t *testing.T, text string) int {
	t.Helper()
	var doc struct {
		Tables []struct {
			Total struct{ Requests int }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &doc), text)
	return doc.Tables[0].Total.Requests
}

func TestCommand_TheDemoSumsUpAfterAnInterrupt(t *testing.T) {
	folders := func() []string {
		left, err := filepath.Glob(filepath.Join(os.TempDir(), "spanledger-demo-*"))
		require.NoError(t, err)
		return left
	}
	t.Setenv("TMPDIR", t.TempDir())
	var stdout, stderr string
	var code int
	for _, after := range []time.Duration{5 * time.Second, 20 * time.Second, time.Minute} {
		ctx, interrupt := context.WithTimeout(t.Context(), after)
		stdout, stderr, code = runUntil(ctx, "demo", "--duration", "0")
		interrupt()
		if strings.Contains(stdout, "agent researcher") { // else the machine is too busy to have started it
			break
		}
	}
	assert.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stdout, "Cost by department")
	assert.Contains(t, stdout, "agent researcher")
	assert.Empty(t, folders(), "the temporary folder is gone")
	assert.NotContains(t, stderr, "agents at work", "progress is for terminals")
}

func TestVersion(t *testing.T) {
	stdout, _, code := run(t, "version")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "spanledger ")
	flag, _, code := run(t, "--version")
	assert.Equal(t, exitDone, code)
	assert.Equal(t, stdout, flag)
}
