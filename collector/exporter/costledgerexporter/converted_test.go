package costledgerexporter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConvert_ReleasesSpansThatNoOtherConsumerHas because the caller keeps the request while
// its rows wait for the queue.
func TestConvert_ReleasesSpansThatNoOtherConsumerHas(t *testing.T) {
	for name, shared := range map[string]bool{"its own": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			td, spans := batch()
			chat(spans, 1)
			if shared {
				td.MarkReadOnly()
			}
			r, err := testExporter(t).convert(t.Context(), td)
			require.NoError(t, err)
			assert.Equal(t, 1, r.ItemsCount())
			assert.Equal(t, shared, td.SpanCount() == 1)
		})
	}
}
