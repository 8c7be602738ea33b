package throughput_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// How BenchmarkUp loads `spanledger up`.
var (
	upRate   = flag.Int("rate", 10_000, "spans a second of BenchmarkUp")
	upFor    = flag.Duration("for", 60*time.Second, "how long BenchmarkUp sends")
	upBinary = flag.String("binary", "", "what BenchmarkUp runs in place of a build of this repository")
	upConfig = flag.String("config", "", "YAML that overrides the configuration of BenchmarkUp; DATA is the data folder")
	upKills  = flag.Int("kills", 0, "how often BenchmarkUp kills the process while it sends")
)

// upReports are asked one after the other, again and again, while spans come.
var upReports = []string{
	"reports/cost?by=department&since=24h", "reports/daily", "overview", "reports/latency?by=model&since=24h", "traces?since=24h",
}

// BenchmarkUp offers spans to `spanledger up` by a clock while reports are
// asked, and says what became of them: how many were taken and stored, the
// longest time from an answer to the sender until reports have its spans, and
// the memory and CPU time of the process.
//
//	go test -run '^$' -bench Up -benchtime 1x -v -timeout 30m ./internal/testing/throughput -rate 20000 -for 180s
func BenchmarkUp(b *testing.B) {
	for range b.N {
		runUp(b)
	}
}

// upExport is how many spans BenchmarkUp sends at once.
const upExport = 500

// up is a running `spanledger up`.
type up struct {
	process *parts.Process
	conn    *grpc.ClientConn
	api     string
}

// startUp runs it with its data in a folder. Overrides are configuration as YAML.
func startUp(b *testing.B, binary, data string, overrides ...string) *up {
	otlp, api := parts.FreeAddr(b), parts.FreeAddr(b)
	port := func(addr string) string { return addr[strings.LastIndex(addr, ":")+1:] }
	args := []string{"up", "--data", data, "--grpc-port", port(otlp), "--http-port", "0", "--prometheus-port", "0", "--api-port", port(api)}
	if *upConfig != "" {
		overrides = append(overrides, strings.ReplaceAll(*upConfig, "DATA", data))
	}
	for _, override := range overrides {
		args = append(args, "--config", "yaml:"+override)
	}
	process := parts.Run(b, binary, nil, args...)
	conn, err := grpc.NewClient(otlp, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(b, err)
	u := &up{process: process, conn: conn, api: "http://" + api + "/v1/"}
	process.Ready(b, u.api+"openapi.yaml", otlp)
	return u
}

// upLoad is a run of BenchmarkUp.
type upLoad struct {
	running  atomic.Pointer[up]
	progress progress

	asked   atomic.Int64  // reports
	slowest time.Duration // of them
	memory  []residence   // over time
	lags    []time.Duration

	late atomic.Int64 // exports that waited for others
	peak int64        // resident bytes
	cpu  time.Duration
}

func runUp(b *testing.B) {
	binary := *upBinary
	if binary == "" {
		binary = parts.Spanledger(b)
	}
	data := b.TempDir()
	var l upLoad
	l.running.Store(startUp(b, binary, data))
	time.Sleep(2 * time.Second)
	idle, err := resident(l.running.Load().process.PID())
	require.NoError(b, err)

	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var watching sync.WaitGroup
	watching.Go(func() { l.ask(ctx) })
	watching.Go(func() { l.watch(ctx) })
	start := time.Now()
	total := l.send(ctx, b, binary, data)
	sent := time.Since(start)
	for deadline := time.Now().Add(10 * time.Minute); l.progress.left() > 0 && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
	drained := time.Since(start) - sent
	cancel()
	watching.Wait()
	l.account(b)
	require.EqualValues(b, total, l.progress.seen, "every span that was taken is in the ledger once")

	b.ReportMetric(0, "ns/op") // of the whole run: no reader would divide it
	b.ReportMetric(float64(total)/sent.Seconds(), "taken-spans/s")
	b.ReportMetric(float64(l.late.Load()), "late-exports")
	b.ReportMetric(l.progress.longest.Seconds(), "lag-s")
	b.ReportMetric(drained.Seconds(), "s-until-stored")
	b.ReportMetric(float64(l.cpu.Microseconds())/float64(total), "cpu-µs/span")
	b.ReportMetric(float64(idle)/1e6, "idle-MB")
	b.ReportMetric(float64(l.peak)/1e6, "peak-MB")
	b.ReportMetric(l.slowest.Seconds(), "slowest-report-s")
	b.ReportMetric(float64(l.asked.Load()), "reports")
	var all, ofGo, files, others, lags []string
	for i := 0; i < len(l.memory); i += max(1, len(l.memory)/20) {
		m := l.memory[i]
		for list, bytes := range map[*[]string]int64{&all: m.ofGo + m.files + m.others, &ofGo: m.ofGo, &files: m.files, &others: m.others} {
			*list = append(*list, strconv.FormatInt(bytes/1e6, 10))
		}
		lags = append(lags, strconv.FormatFloat(l.lags[i].Seconds(), 'f', 1, 64))
	}
	b.Logf("lag in s over time: %s", strings.Join(lags, " "))
	b.Logf("resident MB over time: %s; ledger and queue: %d MB", strings.Join(all, " "), folderSize(b, data)/1e6)
	b.Logf("of Go: %s", strings.Join(ofGo, " "))
	b.Logf("of files, above all the program's: %s", strings.Join(files, " "))
	b.Logf("of the store and C: %s", strings.Join(others, " "))
	u := l.running.Load()
	require.NoError(b, u.process.Stop(30*time.Second))
	u.conn.Close()
}

// account adds what the running process has used.
func (l *upLoad) account(b *testing.B) {
	process := l.running.Load().process
	l.peak = max(l.peak, peakMemory(b, process.PID()))
	l.cpu += process.CPU(b)
}

// send offers the spans and kills the process as often as asked.
func (l *upLoad) send(ctx context.Context, b *testing.B, binary, data string) (spans int64) {
	templates := make([]template, 40)
	// A millisecond apart, and all in the past: a call of the future is in no report yet.
	base := time.Now().Add(-time.Duration(len(templates)*upExport) * time.Millisecond)
	for i := range templates {
		templates[i] = encode(b, upBatch(i, base))
	}
	exports := int(float64(*upRate) / upExport * upFor.Seconds())
	tick := time.Second * upExport / time.Duration(*upRate)
	killEvery := exports / (*upKills + 1)
	slots := make(chan struct{}, waiting)
	var wg sync.WaitGroup
	due := time.Now()
	for n := range exports {
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		due = due.Add(tick)
		if n > 0 && n%killEvery == 0 && n/killEvery <= *upKills {
			old := l.running.Load()
			l.account(b)
			old.process.Kill()
			old.conn.Close()
			l.running.Store(startUp(b, binary, data))
			due = time.Now()
		}
		select {
		case slots <- struct{}{}:
		default:
			l.late.Add(1)
			slots <- struct{}{}
		}
		wg.Go(func() {
			defer func() { <-slots }()
			body := templates[n%len(templates)].fill(uint64(n / len(templates)))
			for ctx.Err() == nil {
				attempt, cancel := context.WithTimeout(ctx, time.Minute)
				err := offer(attempt, l.running.Load().conn, body)
				cancel()
				if err == nil {
					l.progress.taken(upExport)
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	return int64(exports) * upExport
}

// upBatch is spans of 200 users, each of one department and agent.
func upBatch(n int, start time.Time) ptrace.Traces {
	td := batch(n, upExport, start)
	for i, span := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		user := (n*upExport + i) % 200
		a := span.Attributes()
		a.PutStr(string(semconv.UserID), fmt.Sprint("u-", user))
		a.PutStr(string(semconv.Department), departments[user%len(departments)])
		a.PutStr(string(semconv.Application), applications[user%len(applications)])
		a.PutStr(string(semconv.AgentName), agents[user%len(agents)])
	}
	return td
}

// ask asks reports.
func (l *upLoad) ask(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		began := time.Now()
		if _, err := get(ctx, l.running.Load().api+upReports[n%len(upReports)]); err == nil {
			l.asked.Add(1)
			l.slowest = max(l.slowest, time.Since(began))
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// watch looks what reports have, and at the memory of the process.
func (l *upLoad) watch(ctx context.Context) {
	for ctx.Err() == nil {
		u := l.running.Load()
		if n, err := storedCalls(ctx, u.api); err == nil {
			l.progress.stored(n)
		}
		if m, err := memoryOf(u.process.PID()); err == nil {
			l.memory = append(l.memory, m)
			l.lags = append(l.lags, l.progress.lag())
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// progress compares what was acknowledged with what reports have.
type progress struct {
	mu      sync.Mutex
	acked   int64
	seen    int64
	marks   []mark // what was acknowledged when and is not in reports yet
	longest time.Duration
}

type mark struct {
	acked int64
	at    time.Time
}

func (p *progress) taken(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acked += n
	p.marks = append(p.marks, mark{p.acked, time.Now()})
}

func (p *progress) stored(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = n
	for len(p.marks) > 0 {
		p.longest = max(p.longest, time.Since(p.marks[0].at))
		if p.marks[0].acked > n {
			return
		}
		p.marks = p.marks[1:]
	}
}

// lag is for how long the oldest spans wait that are not in reports yet.
func (p *progress) lag() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.marks) == 0 {
		return 0
	}
	return time.Since(p.marks[0].at)
}

func (p *progress) left() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acked - p.seen
}

func get(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var body json.RawMessage
	err = json.NewDecoder(response.Body).Decode(&body)
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", url, response.Status, body)
	}
	return body, err
}

// storedCalls is how many calls of the last day reports count.
func storedCalls(ctx context.Context, api string) (calls int64, err error) {
	return countCalls(ctx, api+"reports/cost?by=provider&since=24h&format=json")
}

// countCalls adds up the requests of a report.
func countCalls(ctx context.Context, url string) (calls int64, err error) {
	body, err := get(ctx, url)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Tables []struct {
			Rows []struct {
				Requests int64 `json:"requests"`
			} `json:"rows"`
		} `json:"tables"`
	}
	err = json.Unmarshal(body, &answer)
	for _, table := range answer.Tables {
		for _, row := range table.Rows {
			calls += row.Requests
		}
	}
	return calls, err
}

// resident is the memory that a process has now, in bytes.
func resident(pid int) (int64, error) {
	statm, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "statm"))
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
