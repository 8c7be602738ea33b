package filestorageextension

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/spanledger/spanledger/collector/internal/testing/smalldisk"
)

// queueFile is the file in which the exporter of these tests has its queue.
const queueFile = "exporter_nop__traces"

// queue is an exporter with its queue on disk, as one process has it.
type queue struct {
	exporter exporter.Traces
	storage  extension.Extension
	logs     *observer.ObservedLogs

	mu        sync.Mutex
	delivered map[string]int
	hold      chan struct{} // deliveries wait while it is open
}

type extensions map[component.ID]component.Component

func (e extensions) GetExtensions() map[component.ID]component.Component { return e }

// open is a process that starts on a directory. The test does not end it when it
// is to have been killed: its files are copied instead.
func open(t *testing.T, directory string, change func(*Config)) (*queue, error) {
	t.Helper()
	return openWith(t, directory, 16, change)
}

// openWith is a process with so many consumers.
func openWith(t *testing.T, directory string, consumers int, change func(*Config)) (*queue, error) {
	t.Helper()
	q := &queue{delivered: make(map[string]int), hold: make(chan struct{})}
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.Directory, cfg.Compaction.Directory, cfg.CreateDirectory = directory, directory, true
	if change != nil {
		change(cfg)
	}
	set := extensiontest.NewNopSettings(factory.Type())
	core, logs := observer.New(zap.WarnLevel)
	set.Logger, q.logs = zap.New(core), logs
	require.NoError(t, cfg.Validate())
	var err error
	q.storage, err = factory.Create(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, q.storage.Start(t.Context(), componenttest.NewNopHost()))
	id := component.NewID(factory.Type())
	queueConfig := exporterhelper.NewDefaultQueueConfig()
	queueConfig.StorageID = &id
	queueConfig.NumConsumers = consumers
	queueConfig.QueueSize = 1 << 20
	exporterType := component.MustNewType("nop")
	settings := exportertest.NewNopSettings(exporterType)
	settings.ID = component.NewID(exporterType)
	settings.Logger = zap.New(core)
	retry := exporterhelper.NewDefaultTimeoutConfig()
	retry.Timeout = 0
	q.exporter, err = exporterhelper.NewTraces(t.Context(), settings, struct{}{}, q.deliver,
		exporterhelper.WithQueue(configoptional.Some(queueConfig)), exporterhelper.WithTimeout(retry))
	require.NoError(t, err)
	return q, q.exporter.Start(t.Context(), extensions{id: q.storage})
}

func (q *queue) deliver(_ context.Context, td ptrace.Traces) error {
	q.mu.Lock()
	hold := q.hold
	q.mu.Unlock()
	<-hold
	q.mu.Lock()
	defer q.mu.Unlock()
	if td.SpanCount() > 0 {
		q.delivered[nameOf(td)]++
	}
	return nil
}

// release lets all deliveries through.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.hold)
}

func (q *queue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.delivered)
}

func (q *queue) close(t *testing.T) {
	t.Helper()
	require.NoError(t, q.exporter.Shutdown(context.WithoutCancel(t.Context())))
	require.NoError(t, q.storage.Shutdown(context.WithoutCancel(t.Context())))
}

// request is one of about so many bytes.
func request(name string, bytes int) ptrace.Traces {
	td := ptrace.NewTraces()
	span := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName(name)
	span.Attributes().PutStr("text", strings.Repeat("x", bytes))
	return td
}

func nameOf(td ptrace.Traces) string {
	return td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Name()
}

// kill copies what a process that ends now leaves behind, between two writes.
func kill(t *testing.T, from, to string) {
	t.Helper()
	var data []byte
	for {
		again, err := os.ReadFile(filepath.Join(from, queueFile))
		require.NoError(t, err)
		if bytes.Equal(data, again) {
			break
		}
		data = again
		time.Sleep(10 * time.Millisecond)
	}
	require.NoError(t, os.MkdirAll(to, 0o700))
	// What was never written takes no room on the disk.
	path, size := filepath.Join(to, queueFile), int64(len(data))
	require.NoError(t, os.WriteFile(path, bytes.TrimRight(data, "\x00"), 0o600))
	require.NoError(t, os.Truncate(path, size))
}

// fill leaves no byte free on the disk at dir, and returns how to undo it.
func fill(t *testing.T, dir string) func() {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	require.NoError(t, err)
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); err != nil {
			break
		}
	}
	require.NoError(t, f.Close())
	return func() { require.NoError(t, os.Remove(path)) }
}

func TestQueue_ExportsWhatWasInFlightAfterARestartOnAFullDisk(t *testing.T) {
	const requests = 60
	first := t.TempDir()
	q, err := open(t, first, nil)
	require.NoError(t, err)
	for i := range requests {
		require.NoError(t, q.exporter.ConsumeTraces(t.Context(), request(fmt.Sprint(i), 1000+i*7919%40_000)))
	}
	time.Sleep(50 * time.Millisecond) // the consumers have each taken one out
	second := filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(second, 0o700))
	smalldisk.Mount(t, second, 8<<20)
	kill(t, first, second)
	q.release()
	q.close(t)

	fill(t, second)
	q, err = open(t, second, nil)
	require.NoError(t, err)
	q.release()
	require.Eventually(t, func() bool { return q.count() == requests }, 10*time.Second, 10*time.Millisecond,
		"%d of %d requests are exported", q.count(), requests)
	q.close(t)
}

// TestQueue_LosesNothingWhereverItEnds kills processes at random moments while
// requests come in, are taken out and delivered, on a disk that is full at
// times: what was acknowledged is delivered in the end.
func TestQueue_LosesNothingWhereverItEnds(t *testing.T) {
	random := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	dir := filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(dir, 0o700))
	smalldisk.Mount(t, dir, 64<<20)
	at := filepath.Join(dir, "0")
	acknowledged, delivered := make(map[string]bool), make(map[string]int)
	full := func() {}
	const rounds = 12
	for round := range rounds {
		q, err := openWith(t, at, 1+random.IntN(16), nil)
		require.NoError(t, err)
		var sent []string
		down := random.IntN(2) == 0 // nothing is delivered in this round
		for i := range 20 + random.IntN(60) {
			name := fmt.Sprintf("%d/%d", round, i)
			if q.exporter.ConsumeTraces(t.Context(), request(name, random.IntN(40_000))) == nil {
				sent = append(sent, name)
			}
			if !down && random.IntN(8) == 0 { // some are delivered meanwhile
				q.release()
				time.Sleep(time.Duration(random.IntN(3)) * time.Millisecond)
				q.mu.Lock()
				q.hold = make(chan struct{})
				q.mu.Unlock()
			}
			if random.IntN(30) == 0 {
				full()
				full = func() {}
				if random.IntN(2) == 0 {
					full = fill(t, dir)
				}
			}
		}
		full()
		for _, name := range sent {
			acknowledged[name] = true
		}
		next := filepath.Join(dir, fmt.Sprint(round+1))
		kill(t, at, next)
		q.mu.Lock()
		for name, n := range q.delivered {
			delivered[name] += n
		}
		q.mu.Unlock()
		full = func() {}
		if random.IntN(2) == 0 {
			full = fill(t, dir)
		}
		q.release()
		q.close(t)
		require.NoError(t, os.RemoveAll(at))
		at = next
	}
	full()
	q, err := open(t, at, nil)
	require.NoError(t, err)
	q.release()
	missing := func() (names []string) {
		q.mu.Lock()
		defer q.mu.Unlock()
		for name := range acknowledged {
			if delivered[name] == 0 && q.delivered[name] == 0 {
				names = append(names, name)
			}
		}
		return names
	}
	assert.Eventually(t, func() bool { return len(missing()) == 0 }, 10*time.Second, 10*time.Millisecond)
	require.Empty(t, missing(), "of %d requests", len(acknowledged))
	t.Logf("%d requests acknowledged, all delivered", len(acknowledged))
	q.close(t)
}

func TestQueue_IsEmptyWhenAllIsDelivered(t *testing.T) {
	dir := t.TempDir()
	q, err := open(t, dir, nil)
	require.NoError(t, err)
	for i := range 10 {
		require.NoError(t, q.exporter.ConsumeTraces(t.Context(), request(fmt.Sprint(i), 100)))
	}
	q.release()
	require.Eventually(t, func() bool { return q.count() == 10 }, 10*time.Second, time.Millisecond)
	q.close(t)
	found := remainsOf(t, filepath.Join(dir, queueFile))
	require.True(t, found.known)
	require.Empty(t, found.requests)
	require.Zero(t, found.lost())
}

func remainsOf(t *testing.T, path string) *remains {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	r := newRemains()
	require.NoError(t, r.collect(f, info.Size()))
	return r
}

func TestQueue_ThatAnotherProcessHasOpenIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	q, err := open(t, dir, nil)
	require.NoError(t, err)
	_, err = open(t, dir, func(c *Config) { c.Timeout = 50 * time.Millisecond })
	require.ErrorContains(t, err, "another process has it open")
	q.release()
	q.close(t)
}

func TestQueue_RemovesWhatACompactionLeftBehind(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, "tempdb123")
	require.NoError(t, os.WriteFile(left, []byte("half a file"), 0o600))
	q, err := open(t, dir, nil)
	require.NoError(t, err)
	require.NoFileExists(t, left)
	q.release()
	q.close(t)
}
