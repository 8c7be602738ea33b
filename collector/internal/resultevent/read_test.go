package resultevent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/spanledger/spanledger/collector/internal/resultevent"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestOfRecord_ReadsAcceptedAsSendersWriteIt(t *testing.T) {
	for _, test := range []struct {
		value any
		want  bool
	}{
		{true, true}, {"true", true}, {"True", true}, {int64(1), true}, {"1", true}, {"yes", true}, {"", true},
		{false, false}, {"false", false}, {"False", false}, {"FALSE", false}, {int64(0), false}, {0.0, false}, {"0", false}, {"no", false}, {" Rejected ", false},
	} {
		record := plog.NewLogRecord()
		record.SetEventName(semconv.EventOutcome)
		require.NoError(t, record.Attributes().FromRaw(map[string]any{
			string(semconv.OutcomeName): "resolved", string(semconv.OutcomeAccepted): test.value,
		}))
		r, ok := resultevent.OfRecord(record, time.Now())
		require.True(t, ok)
		assert.Equal(t, test.want, r.Accepted, "%T %v", test.value, test.value)
	}
}
