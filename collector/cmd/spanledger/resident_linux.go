package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// dropStartPages gives back the pages of the program's file that only its start
// has read, some 60 MB: the kernel maps sixteen for each that is touched. Those
// that are needed are mapped again, from the cache of the kernel.
func dropStartPages() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer file.Close()
	var from, until uintptr // of the mapping; zero for one that stays
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 5 && strings.Contains(fields[0], "-"):
			from, until = 0, 0
			if len(fields) == 6 && fields[5] == program && strings.HasPrefix(fields[1], "r-") {
				first, last, _ := strings.Cut(fields[0], "-")
				from, until = address(first), address(last)
			}
		case len(fields) == 3 && fields[0] == "Anonymous:" && fields[1] == "0" && from < until:
			// Nothing was written there: what is dropped is in the file.
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, until-from, syscall.MADV_DONTNEED)
		}
	}
}

func address(hex string) uintptr {
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		return 0
	}
	return uintptr(n)
}
