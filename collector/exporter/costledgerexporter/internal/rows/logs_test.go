package rows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// FuzzLogs holds that every log record becomes a row that any store can hold,
// but for its time, and the same row when it is read again.
func FuzzLogs(f *testing.F) {
	f.Add("chat gpt-5", "gen_ai.request.model", "gpt-5", "event", uint64(1_790_000_000_000_000_000), uint8(9))
	f.Add("\xff\x00", "event.name", "\x00", "", uint64(0), uint8(255))
	f.Add("", "spanledger.call.duration", "x", "gen_ai.client.inference.operation.details", uint64(1), uint8(0))
	f.Fuzz(func(t *testing.T, body, key, value, event string, at uint64, severity uint8) {
		resource := pcommon.NewMap()
		resource.PutStr("service.name", value)
		resource.PutStr("host.name", body)
		record := plog.NewLogRecord()
		record.Body().SetStr(body)
		record.Attributes().PutStr(key, value)
		record.Attributes().PutEmptyMap("nested").PutStr(key, body)
		record.SetEventName(event)
		record.SetTimestamp(pcommon.Timestamp(at))
		record.SetSeverityNumber(plog.SeverityNumber(severity))
		record.SetSeverityText(value)
		received := time.Now()
		build := func() *LogBuilder {
			b := NewLogBuilder(LogPolicy{MaxValueBytes: 8}, received)
			b.Add(NewLogResource(resource), record)
			return b
		}
		first, again := build(), build()
		require.Equal(t, first.Logs, again.Logs)
		for _, l := range first.Logs {
			l.Time = received
			require.NoError(t, l.Check())
		}
	})
}
