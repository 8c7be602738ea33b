package costledgerexporter

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	pdatarequest "go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

func testExporter(t *testing.T) *costLedger {
	t.Helper()
	e, err := newExporter(componenttest.NewNopTelemetrySettings(), createDefaultConfig().(*Config))
	require.NoError(t, err)
	return e
}

// reread brings an item of the queue back.
func reread(t *testing.T, data []byte) *request {
	t.Helper()
	_, r, err := encoding{testExporter(t), newMemory()}.Unmarshal(data)
	require.NoError(t, err)
	return r.(*request)
}

func TestQueue_ItemsOfAnEarlierReleaseAreRead(t *testing.T) {
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2).SetStartTimestamp(0)
	withContext, err := pdatarequest.MarshalTraces(t.Context(), td)
	require.NoError(t, err)
	plain, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	for name, data := range map[string][]byte{"with the context of the request": withContext, "spans alone": plain} {
		t.Run(name, func(t *testing.T) {
			item := reread(t, data).whole()
			require.Len(t, item.Calls, 1)
			require.Equal(t, "0.000325", item.Calls[0].Cost.Amount.String())
			require.Len(t, item.Letters, 1)
			require.Contains(t, deadletter.Parse(item.Letters[0]).Reason, "start: 1970")
		})
	}
}

func TestQueue_AnItemThatCannotBeReadBecomesADeadLetter(t *testing.T) {
	rows, err := wire.Append(nil, &wire.Item{Calls: make([]ledger.Call, 1)})
	require.NoError(t, err)
	newer := append([]byte(nil), rows...)
	newer[2] = 10
	for _, test := range []struct {
		name, reason string
		data         []byte
	}{
		{"of a newer release", "queue item is of version 10, this binary knows 9: run a newer spanledger", newer},
		{"cut short", "queue item: is truncated or damaged", rows[:len(rows)-1]},
		{"of nobody", "", []byte("no protobuf")},
	} {
		t.Run(test.name, func(t *testing.T) {
			item := reread(t, test.data).whole()
			require.Empty(t, item.Calls)
			require.Len(t, item.Letters, 1)
			letter := deadletter.Parse(item.Letters[0])
			require.Equal(t, test.data, letter.Item)
			require.Contains(t, letter.Reason, test.reason)
		})
	}
}

func FuzzQueueItems(f *testing.F) {
	td, spans := batch()
	chat(spans, 1)
	otlp, err := pdatarequest.MarshalTraces(f.Context(), td)
	require.NoError(f, err)
	f.Add(otlp)
	f.Add([]byte{0, 'L', 1, 0, 0, 0})
	e, err := newExporter(componenttest.NewNopTelemetrySettings(), createDefaultConfig().(*Config))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, err := encoding{e, newMemory()}.Unmarshal(data)
		require.NoError(t, err, "the queue would drop the item")
	})
}

func requestOf(calls, spans, letters int) *request {
	item := wire.Item{Calls: make([]ledger.Call, calls), Spans: make([]ledger.AgentSpan, spans)}
	for i := range item.Calls {
		item.Calls[i].StatusCode = i
		item.Calls[i].Cost.Bill = ledger.ReadBill("0123456789")
	}
	for i := range letters {
		item.Letters = append(item.Letters, fmt.Sprintf(`{"reason":"%d"}`, i))
	}
	return &request{parts: []wire.Item{item}}
}

func TestQueue_RequestsAreMergedAndSplit(t *testing.T) {
	items, bytes, requests := exporterhelper.RequestSizerTypeItems, exporterhelper.RequestSizerTypeBytes, exporterhelper.RequestSizerTypeRequests
	row := requestOf(1, 0, 0).BytesSize() - new(request).BytesSize()
	for _, test := range []struct {
		name         string
		first, other *request
		limit        int
		sizer        exporterhelper.RequestSizerType
		want         []int
	}{
		{"without a limit all is one", requestOf(3, 2, 1), requestOf(1, 0, 0), 0, items, []int{7}},
		{"alone and within the limit", requestOf(3, 2, 1), nil, 6, items, []int{6}},
		{"alone and over the limit", requestOf(3, 2, 1), nil, 4, items, []int{4, 2}},
		{"merged and over the limit", requestOf(3, 0, 0), requestOf(5, 1, 1), 4, items, []int{4, 4, 2}},
		{"merged to the limit", requestOf(3, 0, 0), requestOf(5, 0, 0), 4, items, []int{4, 4}},
		{"by bytes", requestOf(3, 0, 0), requestOf(2, 0, 0), 2 * row, bytes, []int{2, 2, 1}},
		{"rows larger than the limit are not given up", requestOf(2, 0, 0), nil, 1, bytes, []int{1, 1}},
		{"a limit of requests splits none", requestOf(3, 0, 0), requestOf(2, 0, 0), 1, requests, []int{5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var other xexporterhelper.Request
			want := test.first.whole()
			if test.other != nil {
				other = test.other
				want = (&request{parts: append(test.first.parts[:1:1], test.other.parts...)}).whole()
			}
			list, err := test.first.MergeSplit(t.Context(), test.limit, test.sizer, other)
			require.NoError(t, err)
			var sizes []int
			var all request
			for _, r := range list {
				sizes = append(sizes, r.ItemsCount())
				all.parts = append(all.parts, r.(*request).parts...)
			}
			require.Equal(t, test.want, sizes)
			require.Equal(t, want, all.whole(), "no row is lost, none is twice")
		})
	}
}

// storageHost has a queue on disk to offer.
type storageHost map[component.ID]component.Component

func (h storageHost) GetExtensions() map[component.ID]component.Component { return h }

func storage(t *testing.T, directory string) (storageHost, component.ID) {
	t.Helper()
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory, cfg.CreateDirectory = directory, true
	extension, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, extension.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, extension.Shutdown(context.WithoutCancel(t.Context()))) })
	id := component.NewID(factory.Type())
	return storageHost{id: extension}, id
}

// TestQueue_OnlyRowsMadeHereAreNotCheckedAgain joins rows that were made here with some
// that another process may have queued.
func TestQueue_OnlyRowsMadeHereAreNotCheckedAgain(t *testing.T) {
	e, err := newExporter(componenttest.NewNopTelemetrySettings(), createDefaultConfig().(*Config))
	require.NoError(t, err)
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2)
	made := func() *request { return e.rows(t.Context(), td) }
	decoded := func() *request {
		data, err := encoding{e, nil}.Marshal(t.Context(), made())
		require.NoError(t, err)
		_, r, err := encoding{e, newMemory()}.Unmarshal(data)
		require.NoError(t, err)
		return r.(*request)
	}
	letters := func() *request { return requestOf(0, 0, 1) }
	for name, test := range map[string]struct {
		requests []*request
		checked  bool
	}{
		"made here":                     {[]*request{made()}, true},
		"decoded":                       {[]*request{decoded()}, false},
		"made here, joined":             {[]*request{made(), made()}, true},
		"made here, joined to a letter": {[]*request{made(), letters()}, true},
		"joined to some decoded":        {[]*request{made(), decoded()}, false},
		"some decoded joined to them":   {[]*request{decoded(), made()}, false},
	} {
		t.Run(name, func(t *testing.T) {
			joined := []xexporterhelper.Request{test.requests[0]}
			for _, r := range test.requests[1:] {
				joined, err = joined[0].MergeSplit(t.Context(), 10, exporterhelper.RequestSizerTypeItems, r)
				require.NoError(t, err)
				require.Len(t, joined, 1)
			}
			item := joined[0].(*request).whole()
			require.Equal(t, test.checked, item.Checked)
		})
	}
}

// TestQueue_OnDiskOutlivesTheExporter stops an exporter whose store refuses
// everything; the next one on the same queue stores it.
func TestQueue_OnDiskOutlivesTheExporter(t *testing.T) {
	folder := t.TempDir()
	host, storageID := storage(t, filepath.Join(folder, "queue"))
	ledgerFile := filepath.Join(folder, "ledger.duckdb")
	settings := exportertest.NewNopSettings(metadata.Type) // names the queue
	queued := func(dsn string) (exporter.Traces, *Config) {
		cfg := createDefaultConfig().(*Config)
		cfg.Endpoint = configopaque.String(dsn)
		cfg.QueueConfig.Get().StorageID = &storageID
		cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 1
		cfg.DeadLetter.File = filepath.Join(folder, "dead.jsonl")
		e, err := NewFactory().CreateTraces(t.Context(), settings, cfg)
		require.NoError(t, err)
		return e, cfg
	}
	e, _ := queued("clickhouse://127.0.0.1:1/ledger") // no one listens there
	require.NoError(t, e.Start(t.Context(), host))
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2).SetTraceID([16]byte{})
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	ignored, none := batch()
	none.AppendEmpty().SetName("GET /")
	require.NoError(t, e.ConsumeTraces(t.Context(), ignored))
	require.NoError(t, e.Shutdown(t.Context()))

	e, cfg := queued("duckdb://" + ledgerFile)
	require.NoError(t, e.Start(t.Context(), host))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	store, err := ledgerstore.Open(t.Context(), "duckdb://"+ledgerFile)
	require.NoError(t, err)
	defer store.Close()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		trace, err := store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
		if err != nil {
			c.Errorf("not stored yet: %v", err)
			return
		}
		if len(trace.Calls) != 1 {
			c.Errorf("%d calls", len(trace.Calls))
		}
	}, 30*time.Second, 50*time.Millisecond)
	require.Positive(t, countLetters(t, cfg.DeadLetter.File))
}

func countLetters(t *testing.T, file string) (n int) {
	t.Helper()
	for _, err := range deadletter.New(file).All() {
		require.NoError(t, err)
		n++
	}
	return n
}

func TestQueue_ARetriedWritePostsItsDeadLettersOnce(t *testing.T) {
	e := testExporter(t)
	e.cfg.Endpoint = "clickhouse://127.0.0.1:1/ledger" // no one listens there
	e.cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
	require.NoError(t, e.start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.shutdown(context.WithoutCancel(t.Context()))) }()
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2).SetTraceID([16]byte{})
	req, err := e.convert(t.Context(), td)
	require.NoError(t, err)
	for range 3 {
		require.Error(t, e.push(t.Context(), req))
	}
	require.Equal(t, 1, countLetters(t, e.cfg.DeadLetter.File))
}

func TestQueue_ARowThatOnlyAnotherReleaseCanStoreIsADeadLetter(t *testing.T) {
	e := testExporter(t)
	e.cfg.Endpoint = configopaque.String(duckDB(t))
	e.cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
	require.NoError(t, e.start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.shutdown(context.WithoutCancel(t.Context()))) }()
	td, spans := batch()
	chat(spans, 1)
	chat(spans, 2)
	req, err := e.convert(t.Context(), td)
	require.NoError(t, err)
	row := &req.(*request).parts[0]
	row.Checked = false // as decoded
	row.Calls[1].Start = time.Time{}
	require.NoError(t, e.push(t.Context(), req))
	trace, err := e.store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	require.Len(t, trace.Calls, 1)
	require.Equal(t, 1, countLetters(t, e.cfg.DeadLetter.File))
}
