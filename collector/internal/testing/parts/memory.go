package parts

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// PeakMemory is the highest resident set of a process, in bytes. Unlike the kernel's figure
// of a process that has ended, it does not include that of the one which started it.
func PeakMemory(pid int) (int64, error) {
	file := fmt.Sprintf("/proc/%d/status", pid)
	status, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kB, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
			return kB << 10, err
		}
	}
	return 0, fmt.Errorf("no VmHWM in %s", file)
}
