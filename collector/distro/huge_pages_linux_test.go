package distro_test

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

// smaps adds up a field of the process's mappings, in bytes, of those that are advised to
// have huge pages.
func smaps(t *testing.T, field string) (total int) {
	t.Helper()
	file, err := os.ReadFile("/proc/self/smaps")
	require.NoError(t, err)
	last := 0
	for line := range strings.Lines(string(file)) {
		switch name, value, _ := strings.Cut(line, ":"); {
		case name == field:
			last, err = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			require.NoError(t, err)
		case name == "VmFlags" && strings.Contains(value+" ", " hg "):
			total += last << 10
		}
	}
	return total
}

func TestUseHugePages_AdvisesTheHeapThatIsUsedFirst(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("the kernel has no huge pages")
	}
	restoreMemory(t)
	before := smaps(t, "Size")

	debug.SetMemoryLimit(64 << 20)
	distro.UseHugePages()
	little := smaps(t, "Size") - before
	require.InDelta(t, 32<<20, little, 4<<20, "half of a small limit")

	debug.SetMemoryLimit(1 << 40)
	distro.UseHugePages()
	require.GreaterOrEqual(t, smaps(t, "Size")-before, 508<<20)
	require.Less(t, smaps(t, "Rss"), 64<<20, "it is not touched")

	used := make([]byte, 64<<20)
	for i := 0; i < len(used); i += 4 << 10 {
		used[i] = 1
	}
	require.GreaterOrEqual(t, smaps(t, "Rss"), 60<<20, "the heap grows there")
	require.NotZero(t, used[0])
}
