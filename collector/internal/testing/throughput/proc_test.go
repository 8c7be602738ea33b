package throughput_test

import (
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func peakMemory(b *testing.B, pid int) int64 {
	b.Helper()
	peak, err := parts.PeakMemory(pid)
	if err != nil {
		b.Fatal(err)
	}
	return peak
}
