package throughput_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// residence is the memory that a process has now, in bytes.
type residence struct {
	ofGo   int64 // Go's heap, and what its runtime keeps free
	files  int64 // pages of files that were not written to
	others int64 // what C code has allocated, the store's above all, and stacks
}

// goBelow is above the addresses of Go's heap, and below those that mmap takes, on 64-bit
// Linux.
const goBelow = 0x7e0000000000

// memoryOf reads the mappings of a process.
func memoryOf(pid int) (m residence, err error) {
	file, err := os.Open(filepath.Join("/proc", strconv.Itoa(pid), "smaps"))
	if err != nil {
		return m, err
	}
	defer file.Close()
	var from uint64
	var name string
	var rss int64
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if begin, _, ok := strings.Cut(fields[0], "-"); ok && len(fields) >= 5 {
			if from, err = strconv.ParseUint(begin, 16, 64); err != nil {
				return m, err
			}
			name = "" // [heap], which is C's, or a file
			if len(fields) > 5 {
				name = fields[5]
			}
			continue
		}
		if len(fields) < 3 || fields[2] != "kB" {
			continue
		}
		kB, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return m, err
		}
		switch fields[0] {
		case "Rss:":
			rss = kB << 10
		case "Anonymous:":
			anonymous := kB << 10
			m.files += rss - anonymous
			if from < goBelow && name == "" {
				m.ofGo += anonymous
			} else {
				m.others += anonymous
			}
		}
	}
	return m, lines.Err()
}
