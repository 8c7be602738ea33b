package throughput_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

// How the sustained load is offered: by a clock, regardless of the collector takes.
const (
	offered      = 50_000 // spans a second
	offeredBatch = 2_000  // spans an export: an SDK's batches, gathered by an agent
	offeredFor   = 30 * time.Second
	// waiting bounds the exports on their way, as the connections of many
	// senders do: beyond, the clock's next export is late.
	waiting = 32
)

// BenchmarkSustainedLoad offers 50,000 spans a second to the collector, its
// queue on disk as shipped, and reports what became of them: taken, refused
// for the sender to try again, and lost, which must be 0; and the collector's
// peak memory and the largest size of its queue.
//
// With room the queue takes what ClickHouse does not keep up with. With little
// room it is full in a second: the collector must push back.
func BenchmarkSustainedLoad(b *testing.B) {
	server := clickhousetest.Start(b)
	for i, queue := range []struct {
		name string
		rows int
	}{
		{"room-for-a-million-rows", 1_000_000},
		{"room-for-50000-rows", 50_000},
	} {
		b.Run(queue.name, func(b *testing.B) {
			for n := range b.N {
				sustain(b, server, fmt.Sprintf("sustained_%d_%d", i, n), queue.rows)
			}
		})
	}
}

func sustain(b *testing.B, server *clickhousetest.Server, database string, rows int) {
	c := candidates[len(candidates)-1]
	ask(b, server, "CREATE DATABASE "+database)
	queue := b.TempDir()
	collector, conn := c.start(b, server, database, queue, "--set=exporters::cost_ledger::sending_queue::queue_size="+fmt.Sprint(rows))
	defer conn.Close()
	send(b, ptraceotlp.NewGRPCClient(conn), 0, 1) // connected, the schema is there
	c.await(b, server, database, batchSize)
	before := collector.CPU(b)

	var taken, refused, late atomic.Int64
	var largest int64
	first := batchSize / offeredBatch // the batches before these have been sent
	exports := int(offered / offeredBatch * offeredFor.Seconds())
	tick := time.Second * offeredBatch / offered
	slots := make(chan struct{}, waiting)
	var wg sync.WaitGroup
	base := time.Now().Add(-time.Hour).Truncate(time.Hour)
	templates := make([]template, offered/offeredBatch)
	for i := range templates {
		templates[i] = newTemplate(b, first+i, offeredBatch, base)
	}
	start := time.Now()
	due := start
	for n := range exports {
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		due = due.Add(tick)
		select {
		case slots <- struct{}{}:
		default:
			late.Add(1)
			slots <- struct{}{}
		}
		if n%10 == 0 {
			largest = max(largest, folderSize(b, queue))
		}
		wg.Go(func() {
			defer func() { <-slots }()
			body := templates[n%len(templates)].fill(uint64(n / len(templates)))
			for b.Context().Err() == nil {
				ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
				err := offer(ctx, conn, body)
				cancel()
				if err == nil {
					taken.Add(offeredBatch)
					return
				}
				if code := status.Code(err); code != codes.Unavailable && code != codes.ResourceExhausted {
					b.Errorf("a refusal that no sender tries again: %v", err)
					return
				}
				refused.Add(1)
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	largest = max(largest, folderSize(b, queue))
	c.await(b, server, database, batchSize+int(taken.Load()))
	drained := time.Since(start)
	spent := collector.CPU(b) - before
	stored := number(b, server, "SELECT count() FROM "+database+".llm_calls")

	b.ReportMetric(0, "ns/op") // of the whole run: no reader would divide it
	b.ReportMetric(float64(taken.Load())/elapsed.Seconds(), "taken-spans/s")
	b.ReportMetric(drained.Seconds(), "s-until-stored")
	b.ReportMetric(float64(refused.Load()), "refused-exports")
	b.ReportMetric(float64(late.Load()), "late-exports")
	b.ReportMetric(float64(batchSize+taken.Load()-stored), "lost-spans")
	b.ReportMetric(float64(peakMemory(b, collector.PID()))/1e6, "collector-peak-MB")
	b.ReportMetric(float64(largest)/1e6, "largest-queue-MB")
	b.ReportMetric(float64(spent.Microseconds())/float64(taken.Load()), "collector-cpu-µs/span")
	require.EqualValues(b, batchSize+taken.Load(), stored, "every span that was taken is in the ledger once")
	require.NoError(b, collector.Stop(30*time.Second))
	ask(b, server, "DROP DATABASE "+database)
}

// folderSize returns what the files of a folder take, in bytes.
func folderSize(b *testing.B, folder string) (size int64) {
	b.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			var info fs.FileInfo
			if info, err = os.Stat(path); err == nil {
				size += info.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // compacted away
		}
		return err
	})
	require.NoError(b, err)
	return size
}
