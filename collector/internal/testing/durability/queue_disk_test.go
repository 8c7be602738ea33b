package durability_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/internal/testing/smalldisk"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// mountQueue gives the collector's queue a disk of its own of so many bytes.
func (c *collector) mountQueue(t *testing.T, size int) (dir string) {
	t.Helper()
	dir = filepath.Join(strings.TrimPrefix(c.env[0], "DURABILITY_DATA="), "queue")
	require.NoError(t, os.Mkdir(dir, 0o700))
	smalldisk.Mount(t, dir, size)
	return dir
}

// exporter sends calls one request at a time.
type exporter struct {
	client       ptraceotlp.GRPCClient
	next         uint32
	acknowledged int
}

func newExporter(t *testing.T, address string) *exporter {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &exporter{client: ptraceotlp.NewGRPCClient(conn), next: 1}
}

// export sends the next request, the same again after a refusal.
func (e *exporter) export(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	_, err := e.client.Export(ctx, ptraceotlp.NewExportRequestFromTraces(calls(1, e.next)))
	if err == nil {
		e.next++
		e.acknowledged += spansInExport
	}
	return err
}

// refusedSpans is the collector's own count.
func refusedSpans(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get("http://" + address + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "otelcol_exporter_enqueue_failed_spans") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func TestQueue_OnAFullDiskRefusesAndRecovers(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk through the built collector")
	}
	const small, large = 2 << 20, 256 << 20
	server := clickhousetest.Start(t)
	dsn := server.DSN("ledger")
	c := newCollector(t, dsn)
	dir := c.mountQueue(t, small)
	metrics := parts.FreeAddr(t)
	host, port, _ := strings.Cut(metrics, ":")
	c.env = append(c.env, "DURABILITY_METRICS_HOST="+host, "DURABILITY_METRICS_PORT="+port, "DURABILITY_METRICS=normal")
	c.start(t)
	e := newExporter(t, c.otlp)
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 100*time.Millisecond)
	server.Kill() // the queue grows

	// What is small may still fit now and then.
	refused := 0
	for deadline := time.Now().Add(settled); refused < 20 && time.Now().Before(deadline); {
		if err := e.export(t.Context()); err != nil {
			refused++
			require.Contains(t, []codes.Code{codes.Unavailable, codes.ResourceExhausted}, status.Code(err), "a sender has to send again: %v", err)
		}
	}
	require.Equal(t, 20, refused)
	require.NotEmpty(t, refusedSpans(t, metrics), "the collector's own metric counts them")
	said := c.process.Log(t)
	require.Equal(t, 1, strings.Count(said, "The queue cannot be written; senders are refused and must send again"), "said once")
	require.Contains(t, said, "free disk space")

	smalldisk.Resize(t, dir, large)
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 100*time.Millisecond)
	require.NoError(t, server.Restart(t.Context()))
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.Eventually(t, func() bool { return total(t, store).Calls >= int64(e.acknowledged) }, settled, 200*time.Millisecond)
	time.Sleep(time.Second) // a double would still come
	require.EqualValues(t, e.acknowledged, total(t, store).Calls)
	c.process.Kill()
}

func TestQueue_OnAFullDiskSurvivesRestarts(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk through the built collector")
	}
	server := clickhousetest.Start(t)
	dsn := server.DSN("ledger")
	c := newCollector(t, dsn)
	c.mountQueue(t, 4<<20)
	c.start(t)
	e := newExporter(t, c.otlp)
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 100*time.Millisecond)
	server.Kill()
	fill := func() {
		refused := 0
		for deadline := time.Now().Add(settled); refused < 10 && time.Now().Before(deadline); {
			if e.export(t.Context()) != nil {
				refused++
			}
		}
		require.Equal(t, 10, refused)
	}
	fill()
	for range 3 {
		c.process.Kill()
		c.start(t)
		time.Sleep(2 * time.Second) // what waits is taken out, and fails
		fill()
	}
	c.process.Kill()
	require.NoError(t, server.Restart(t.Context()))
	c.start(t)
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.Eventually(t, func() bool { return total(t, store).Calls >= int64(e.acknowledged) }, settled, 200*time.Millisecond,
		"the queue empties itself, although its disk is full")
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 100*time.Millisecond,
		"and takes what comes")
	require.Eventually(t, func() bool { return total(t, store).Calls >= int64(e.acknowledged) }, settled, 200*time.Millisecond)
	time.Sleep(time.Second) // a double would still come
	require.EqualValues(t, e.acknowledged, total(t, store).Calls)
	c.process.Kill()
}

func TestQueue_ThatIsReadOnlyStopsTheStart(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the built collector")
	}
	c := newCollector(t, "duckdb://"+filepath.Join(t.TempDir(), "ledger.duckdb"))
	dir := c.mountQueue(t, 1<<20)
	smalldisk.Seal(t, dir)
	config, err := filepath.Abs(filepath.Join("testdata", "collector.yaml"))
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), c.binary, "collector", "--config", config)
	cmd.Env = append(os.Environ(), c.env...)
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "nothing is acknowledged that cannot be kept")
	require.Contains(t, string(out), dir)
	require.Contains(t, string(out), "read-only file system")
}
