package throughput_test

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// What is sent: as many spans as a busy day of a mid-sized company has calls,
// in the batches that exporters send at most.
const (
	spans     = 400_000
	batchSize = 10_000
	senders   = 2
)

// candidate is one collector with one configuration.
type candidate struct {
	name    string
	pkg     string   // what to build, from the root of the repository
	command []string // before the configurations
	configs []string
	dsn     func(native, database string) string
	table   string // holds one row a span
}

var candidates = []candidate{
	{
		name: "contrib-clickhouseexporter", pkg: "./collector/internal/testing/throughput/contribcollector",
		configs: []string{"contrib.yaml"}, table: "otel_traces",
		dsn: func(native, database string) string { return "tcp://" + native + "/" + database },
	},
	{
		name: "spanledger-queue-in-memory", pkg: "./collector/cmd/spanledger", command: []string{"collector"},
		configs: []string{"spanledger.yaml"}, table: "llm_call_rows",
		dsn: func(native, database string) string { return "clickhouse://" + native + "/" + database },
	},
	{
		name: "spanledger-queue-on-disk", pkg: "./collector/cmd/spanledger", command: []string{"collector"},
		configs: []string{"spanledger.yaml", "spanledger-durable.yaml"}, table: "llm_call_rows",
		dsn: func(native, database string) string { return "clickhouse://" + native + "/" + database },
	},
}

// BenchmarkOTLPToClickHouse reports, per span, the CPU time of the collector
// and of ClickHouse and the bytes on disk after merges; and the collector's
// peak memory. Wall time says little on a shared machine.
func BenchmarkOTLPToClickHouse(b *testing.B) {
	server := clickhousetest.Start(b)
	for i, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			for n := range b.N {
				c.run(b, server, fmt.Sprintf("throughput_%d_%d", i, n))
			}
		})
	}
}

// start builds and runs the collector and connects to it.
func (c candidate) start(b *testing.B, server *clickhousetest.Server, database, queue string, more ...string) (*parts.Process, *grpc.ClientConn) {
	root, err := parts.Root()
	require.NoError(b, err)
	binary := filepath.Join(b.TempDir(), filepath.Base(c.pkg))
	build := exec.CommandContext(b.Context(), "go", "build", "-o", binary, c.pkg)
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))

	otlp := parts.FreeAddr(b)
	args := slices.Clone(c.command)
	for _, config := range c.configs {
		args = append(args, "--config", filepath.Join("testdata", config))
	}
	collector := parts.Run(b, binary, []string{
		"THROUGHPUT_OTLP=" + otlp,
		"THROUGHPUT_DSN=" + c.dsn(server.NativeAddr, database),
		"THROUGHPUT_QUEUE=" + queue,
	}, append(args, more...)...)
	conn, err := grpc.NewClient(otlp, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	require.NoError(b, err)
	return collector, conn
}

func (c candidate) run(b *testing.B, server *clickhousetest.Server, database string) {
	ask(b, server, "CREATE DATABASE "+database)
	collector, conn := c.start(b, server, database, b.TempDir())
	defer conn.Close()

	collectorBefore, serverBefore, start := collector.CPU(b), parts.CPU(b, server.PID()), time.Now()
	send(b, ptraceotlp.NewGRPCClient(conn), 0, spans/batchSize)
	c.await(b, server, database, spans)
	elapsed := time.Since(start)
	collectorCPU, serverCPU := collector.CPU(b)-collectorBefore, parts.CPU(b, server.PID())-serverBefore
	peak := peakMemory(b, collector.PID())
	require.NoError(b, collector.Stop(30*time.Second))

	tables := ask(b, server, "SELECT name FROM system.tables WHERE database = '"+database+"' AND engine LIKE '%MergeTree'")
	for table := range strings.Lines(tables) {
		ask(b, server, "OPTIMIZE TABLE "+database+"."+table+" FINAL")
	}
	disk := number(b, server, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '"+database+"'")
	b.Log("bytes a span by column:\n" + ask(b, server, fmt.Sprintf(`SELECT column, round(sum(column_data_compressed_bytes) / %d, 2) AS bytes
		FROM system.parts_columns WHERE active AND database = '%s' AND table = '%s'
		GROUP BY column HAVING bytes >= 0.1 ORDER BY bytes DESC`, spans, database, c.table)))
	b.ReportMetric(0, "ns/op") // of the whole batch: no reader would divide it
	b.ReportMetric(float64(collectorCPU.Microseconds())/spans, "collector-cpu-µs/span")
	b.ReportMetric(float64(serverCPU.Microseconds())/spans, "clickhouse-cpu-µs/span")
	b.ReportMetric(float64(disk)/spans, "disk-bytes/span")
	b.ReportMetric(float64(peak)/1e6, "collector-peak-MB")
	b.ReportMetric(spans/elapsed.Seconds(), "spans/s")
	ask(b, server, "DROP DATABASE "+database)
}

// send hands the batches [from, until) over, retrying what the collector pushes
// back.
func send(b *testing.B, client ptraceotlp.GRPCClient, from, until int) {
	// One start for everyone, inside the retention of both schemas.
	start := time.Now().Add(-time.Hour).Truncate(time.Hour)
	numbers := make(chan int)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for n := range numbers {
				req := ptraceotlp.NewExportRequestFromTraces(batch(n, batchSize, start))
				for {
					ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
					_, err := client.Export(ctx, req)
					cancel()
					if err == nil {
						break
					}
					if b.Context().Err() != nil {
						return
					}
					time.Sleep(50 * time.Millisecond)
				}
			}
		})
	}
	for n := from; n < until; n++ {
		numbers <- n
	}
	close(numbers)
	wg.Wait()
}

// await waits until as many spans are rows.
func (c candidate) await(b *testing.B, server *clickhousetest.Server, database string, want int) {
	deadline := time.Now().Add(5 * time.Minute)
	for {
		rows := number(b, server, "SELECT sum(rows) FROM system.parts WHERE active AND database = '"+database+"' AND table = '"+c.table+"'")
		if rows >= int64(want) {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d spans arrived", rows, want)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
