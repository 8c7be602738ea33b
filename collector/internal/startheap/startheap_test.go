package startheap_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/startheap"
)

// percent is by how much the heap may grow, in hundredths of the memory in use.
func percent() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}

func TestPostpone_AppliesToTheFirstCollectionOnly(t *testing.T) {
	for name, c := range map[string]struct {
		gogc       string
		meanwhile  func()
		first, end int
	}{
		"a command":              {first: 400, end: 100},
		"a collector":            {meanwhile: func() { debug.SetGCPercent(200) }, first: 200, end: 200},
		"GOGC in an environment": {gogc: "50", first: 100, end: 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOGC", c.gogc) // which the runtime reads at its start only
			if c.gogc == "" {
				require.NoError(t, os.Unsetenv("GOGC"))
			}
			usual := debug.SetGCPercent(100)
			t.Cleanup(func() { debug.SetGCPercent(usual) })
			startheap.Postpone()
			if c.meanwhile != nil {
				c.meanwhile()
			}
			require.Equal(t, c.first, percent())
			runtime.GC()
			require.Eventually(t, func() bool { return percent() == c.end }, 10*time.Second, time.Millisecond)
			time.Sleep(20 * time.Millisecond) // in which a later change would be seen
			require.Equal(t, c.end, percent())
		})
	}
}
