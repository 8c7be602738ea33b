package distro

import (
	"runtime/debug"
	"strings"
	"syscall"
	"unsafe"
)

const (
	// hugeHeap is how much of the heap is in huge pages: its lowest addresses, which Go uses
	// first. A heap of which heapGoal is live fits. A larger one has small pages beyond.
	hugeHeap = 2 * heapGoal
	// hugePage is the size of a huge page; on arm64 with larger ones, fewer are used.
	hugePage = 2 << 20
)

// UseHugePages lets the kernel back the heap with huge pages, if it has some free: memory
// that is touched for the first time then costs one page fault for 2 MB instead of 512. On
// systems that use them for all programs it changes nothing. It is called before the heap
// grows. A process with little memory (GOMEMLIMIT) has them for half of it.
func UseHugePages() {
	size := hugeHeap
	if limit := debug.SetMemoryLimit(-1); limit < 2*hugeHeap {
		size = int(limit / 2)
	}
	if size < 2*hugePage || !reservable(size) {
		return
	}
	advise(size)
	// What was reserved has not been touched. This takes it off what Go thinks it uses.
	debug.FreeOSMemory()
}

// advise reserves a part of the heap, untouched, and frees it again: the advice stays with
// its addresses.
func advise(size int) {
	var reserved strings.Builder
	reserved.Grow(size)       // does not write zeros, as make may do
	_ = reserved.WriteByte(0) // so that it has an address
	memory := unsafe.Slice(unsafe.StringData(reserved.String()), size)
	skip := int(-uintptr(unsafe.Pointer(&memory[0])) & (hugePage - 1))
	_ = syscall.Madvise(memory[skip:], syscall.MADV_HUGEPAGE) // the kernel may have none
}

// reservable reports whether the kernel grants addresses, which it may not if it promises no
// more memory than there is. Go would end the process.
func reservable(size int) bool {
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	return err == nil && syscall.Munmap(memory) == nil
}
