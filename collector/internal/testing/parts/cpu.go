package parts

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clockTick is USER_HZ, the unit of /proc/PID/stat: 100 on every Linux port
// of Go.
const clockTick = time.Second / 100

// CPU is the time the process has run, in user and kernel mode. It tells what
// something costs on a machine that is busy with other things.
func (p *Process) CPU(tb testing.TB) time.Duration { return CPU(tb, p.PID()) }

// CPU is the time a process has run, in user and kernel mode.
func CPU(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		tb.Fatal(err)
	}
	// The second field is the command in parentheses and may hold spaces; utime
	// and stime are the 14th and 15th.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick
}
