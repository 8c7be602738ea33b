package smalldisk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
)

// Mount puts a disk of size bytes at dir, a folder, until the test ends. Without
// the right to do so the test is skipped.
func Mount(tb testing.TB, dir string, size int) {
	tb.Helper()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, sized(size))
	if errors.Is(err, os.ErrPermission) {
		tb.Skip("mounting a small disk needs root: what happens on a full or read-only one was not tried")
	}
	if err != nil {
		tb.Fatalf("mount a disk at %s: %v", dir, err)
	}
	tb.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			tb.Errorf("unmount %s: %v", dir, err)
		}
	})
}

// Resize gives the disk at dir room for size bytes.
func Resize(tb testing.TB, dir string, size int) {
	tb.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, sized(size)); err != nil {
		tb.Fatalf("resize the disk at %s: %v", dir, err)
	}
}

// Seal makes the disk at dir read-only.
func Seal(tb testing.TB, dir string) {
	tb.Helper()
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		tb.Fatalf("make the disk at %s read-only: %v", dir, err)
	}
}

func sized(bytes int) string { return fmt.Sprintf("size=%d", bytes) }
