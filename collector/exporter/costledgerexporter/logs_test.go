package costledgerexporter

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// runningLogs is an exporter of logs without a queue: a push is a write.
type runningLogs struct {
	exporter.Logs
	letters   *deadletter.File
	store     ledger.Reader
	telemetry *componenttest.Telemetry
}

func startLogs(t *testing.T, change func(*LogsConfig)) runningLogs {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(duckDB(t))
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 10 * time.Millisecond
	cfg.QueueConfig.Get().WaitForResult = true
	cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
	change(&cfg.Logs)
	telemetry := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	e, err := NewFactory().CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	store, err := ledgerstore.Open(t.Context(), string(cfg.Endpoint))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return runningLogs{e, deadletter.New(cfg.DeadLetter.File), store, telemetry}
}

// stored returns what the store holds, the newest first, without what the exporter
// makes up itself.
func (e runningLogs) stored(t *testing.T) []ledger.Log {
	t.Helper()
	logs, err := e.store.Logs(t.Context(), ledger.LogQuery{})
	require.NoError(t, err)
	for i := range logs {
		require.WithinDuration(t, time.Now(), logs[i].Received, time.Minute)
		logs[i].ID, logs[i].Received = ledger.LogID{}, time.Time{}
	}
	return logs
}

func logBatch() (plog.Logs, plog.LogRecordSlice) {
	ld := plog.NewLogs()
	resource := ld.ResourceLogs().AppendEmpty()
	a := resource.Resource().Attributes()
	a.PutStr("service.name", "intake")
	a.PutStr("deployment.environment.name", "production")
	a.PutStr("k8s.pod.name", "intake-0")
	a.PutStr("process.command_args", "--password=hunter2")
	return ld, resource.ScopeLogs().AppendEmpty().LogRecords()
}

// record adds a record of the span n of a trace.
func record(records plog.LogRecordSlice, n byte) plog.LogRecord {
	r := records.AppendEmpty()
	r.SetTraceID(pcommon.TraceID{1, 15: 1})
	r.SetSpanID(pcommon.SpanID{7: n})
	r.SetTimestamp(pcommon.NewTimestampFromTime(begin.Add(time.Duration(n) * time.Second)))
	return r
}

// callRecord is the record of a call as the transport emits it.
func callRecord(records plog.LogRecordSlice, n byte) plog.LogRecord {
	r := record(records, n)
	r.SetSeverityNumber(plog.SeverityNumberInfo)
	r.Body().SetStr("chat gpt-5")
	a := r.Attributes()
	a.PutStr(string(semconv.OperationName), "chat")
	a.PutStr(string(semconv.ProviderName), "openai")
	a.PutStr(string(semconv.RequestModel), "gpt-5")
	a.PutDouble(string(semconv.CallDuration), 1.5)
	return r
}

func keepAll(*LogsConfig) {}

func TestLogsExporter_ALogRecordBecomesARow(t *testing.T) {
	e := startLogs(t, keepAll)
	ld, records := logBatch()
	call := callRecord(records, 1)
	call.Attributes().PutStr(string(semconv.ResponseModel), "gpt-5-2025-08-07")
	call.Attributes().PutStr(string(semconv.UserID), "u-1")
	call.Attributes().PutStr(string(semconv.Department), "claims")
	line := record(records, 2)
	line.SetSeverityText("warning")
	line.Body().SetStr("policy not \xff found")
	line.Attributes().PutStr("exception.type", "*fs.PathError")
	line.Attributes().PutEmptySlice("tried").AppendEmpty().SetInt(7)
	event := record(records, 3)
	event.SetEventName("gen_ai.client.operation.exception")
	event.SetSeverityNumber(plog.SeverityNumberWarn)
	event.Attributes().PutStr(string(semconv.ErrorType), "429")
	event.Attributes().PutStr(string(semconv.AgentName), "triage")
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))

	row := func(n byte, kind ledger.LogKind) ledger.Log {
		return ledger.Log{
			TraceID: ledger.TraceID{1, 15: 1}, SpanID: ledger.SpanID{7: n}, Time: begin.Add(time.Duration(n) * time.Second), Kind: kind,
			Application: "intake", Environment: "production", Service: "intake", Attributes: map[string]string{"k8s.pod.name": "intake-0"},
		}
	}
	wantEvent := row(3, ledger.LogEvent)
	wantEvent.EventName, wantEvent.Severity, wantEvent.ErrorType, wantEvent.Agent = "gen_ai.client.operation.exception", 13, "429", "triage"
	wantLine := row(2, ledger.LogApplication)
	wantLine.Severity, wantLine.Body, wantLine.ErrorType = 13, "policy not \uFFFD found", "*fs.PathError"
	wantLine.Attributes = map[string]string{"k8s.pod.name": "intake-0", "exception.type": "*fs.PathError", "tried": "[7]"}
	wantCall := row(1, ledger.LogCall)
	wantCall.Severity, wantCall.Body, wantCall.User, wantCall.Department = 9, "chat gpt-5", "u-1", "claims"
	wantCall.Provider, wantCall.Operation, wantCall.Model = "openai", "chat", "gpt-5-2025-08-07"
	wantCall.Attributes = map[string]string{
		"k8s.pod.name": "intake-0", "gen_ai.request.model": "gpt-5", "spanledger.call.duration": "1.5",
	}
	require.Equal(t, []ledger.Log{wantEvent, wantLine, wantCall}, e.stored(t))
}

func TestLogsExporter_ALogRecordDeliveredAgainIsOneRow(t *testing.T) {
	e := startLogs(t, keepAll)
	first, records := logBatch()
	callRecord(records, 1)
	record(records, 1).Body().SetStr("once")
	again := plog.NewLogs()
	first.CopyTo(again)
	// In another batch.
	callRecord(again.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords(), 2)
	require.NoError(t, e.ConsumeLogs(t.Context(), first))
	require.NoError(t, e.ConsumeLogs(t.Context(), again))
	require.Len(t, e.stored(t), 3)
}

func TestLogsExporter_WhatIsLeftOutIsCounted(t *testing.T) {
	fill := func(records plog.LogRecordSlice) {
		stray := record(records, 1)
		stray.SetTraceID(pcommon.TraceID{})
		stray.Body().SetStr("listening on :8080")
		orphan := callRecord(records, 2) // a call of an application that has no tracing
		orphan.SetTraceID(pcommon.TraceID{})
		record(records, 3).SetEventName(semconv.EventInferenceDetails)
		said := record(records, 4)
		said.SetEventName(semconv.EventInferenceDetails)
		said.Attributes().PutStr(string(semconv.InputMessages), `[{"role":"user"}]`)
	}
	for name, test := range map[string]struct {
		change func(*LogsConfig)
		stored int
		left   map[string]int64
	}{
		"by default":                     {keepAll, 2, map[string]int64{"untraced": 1, "no_content": 1}},
		"unless traces are not required": {func(c *LogsConfig) { c.RequireTrace = false }, 3, map[string]int64{"no_content": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			e := startLogs(t, test.change)
			ld, records := logBatch()
			fill(records)
			require.NoError(t, e.ConsumeLogs(t.Context(), ld))
			require.Len(t, e.stored(t), test.stored)
			got, err := e.telemetry.GetMetric("otelcol_exporter_cost_ledger_logs_left_out")
			require.NoError(t, err)
			left := map[string]int64{}
			for _, point := range got.Data.(metricdata.Sum[int64]).DataPoints {
				reason, _ := point.Attributes.Value("reason")
				left[reason.AsString()] = point.Value
			}
			require.Equal(t, test.left, left)
			written, err := e.telemetry.GetMetric("otelcol_exporter_cost_ledger_rows_written")
			require.NoError(t, err)
			require.EqualValues(t, test.stored, written.Data.(metricdata.Sum[int64]).DataPoints[0].Value)
		})
	}
}

func TestLogsExporter_LongValuesAreCutBetweenCharacters(t *testing.T) {
	e := startLogs(t, func(c *LogsConfig) { c.MaxValueBytes = 4 })
	ld, records := logBatch()
	r := record(records, 1)
	r.Body().SetStr("aäöü")
	r.Attributes().PutStr("short", "aäö"[:3])
	r.Attributes().PutStr("long", strings.Repeat("x", 100))
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	got := e.stored(t)[0]
	require.Equal(t, "aä…", got.Body)
	require.Equal(t, "aä", got.Attributes["short"])
	require.Equal(t, "xxxx…", got.Attributes["long"])
}

func TestLogsExporter_BadRecordsGoToTheDeadLetterFileAndTheRestIsStored(t *testing.T) {
	e := startLogs(t, keepAll)
	ld, records := logBatch()
	callRecord(records, 1)
	record(records, 2).SetTimestamp(1)
	callRecord(records, 3)
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	require.Len(t, e.stored(t), 2)
	n := 0
	for letter, err := range e.letters.All() {
		require.NoError(t, err)
		require.Contains(t, letter.Reason, "time: 1970-01-01T00:00:00.000000001Z is not between the years 2000 and 2100")
		back, err := letter.Logs()
		require.NoError(t, err)
		require.Equal(t, 1, back.LogRecordCount())
		n++
	}
	require.Equal(t, 1, n)
}
