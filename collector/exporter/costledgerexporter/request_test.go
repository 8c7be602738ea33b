package costledgerexporter

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
)

// The pieces of an export are written at different times.
func TestMergeSplit_MemoryIsInUseUntilTheLastPieceIsStored(t *testing.T) {
	const n = 10
	memory := callmemory.New(n)
	calls := append(memory.Calls(), make([]ledger.Call, n)...)
	whole := &request{parts: []wire.Item{{Calls: calls, Memory: memory.Holds(calls)}}}
	other := &request{parts: []wire.Item{{Calls: make([]ledger.Call, 2)}}}
	pieces, err := whole.MergeSplit(t.Context(), 4, exporterhelper.RequestSizerTypeItems, other)
	require.NoError(t, err)
	require.Len(t, pieces, 3)
	for i, piece := range pieces {
		require.Zero(t, calls[0].User, "before piece %d is stored", i)
		piece.(*request).free()
	}
	require.Equal(t, "spoilt", calls[0].User, "what the tests put in the place of stored calls")
}
