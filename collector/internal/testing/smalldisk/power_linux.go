package smalldisk

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Disk is a file system on a device of its own, whose power can fail.
type Disk struct{ dir, image string }

// MountDisk puts an ext4 file system of size bytes at dir, a folder, until the
// test ends. Where that is impossible the test is skipped.
func MountDisk(tb testing.TB, dir string, size int64) *Disk {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("mounting a disk needs root: what a loss of power leaves was not tried")
	}
	if _, err := exec.LookPath("mkfs.ext4"); err != nil {
		tb.Skip("mkfs.ext4 is missing: what a loss of power leaves was not tried")
	}
	d := &Disk{dir: dir, image: filepath.Join(tb.TempDir(), "image")}
	f, err := os.Create(d.image)
	if err = errors.Join(err, f.Truncate(size), f.Close()); err != nil {
		tb.Fatalf("make a disk: %v", err)
	}
	if out, err := exec.CommandContext(tb.Context(), "mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		tb.Fatalf("mkfs.ext4: %v: %s", err, out)
	}
	if out, err := exec.CommandContext(tb.Context(), "mount", "-o", "loop", d.image, dir).CombinedOutput(); err != nil {
		tb.Skipf("loop devices are unavailable (%v: %s): what a loss of power leaves was not tried", err, out)
	}
	tb.Cleanup(func() { d.unmount(tb) })
	return d
}

// LosePower leaves on the disk what was written out to the device, as when the
// power fails now: what waits in the machine's memory is gone. The processes that
// have files open there must have been killed.
func (d *Disk) LosePower(tb testing.TB) {
	tb.Helper()
	left := d.image + ".left"
	if err := copyFile(left, d.image); err != nil {
		tb.Fatalf("copy the disk: %v", err)
	}
	d.unmount(tb) // writes the rest to an image that is no longer used
	if err := os.Remove(d.image); err != nil {
		tb.Fatal(err)
	}
	d.image = left
	if out, err := exec.CommandContext(tb.Context(), "mount", "-o", "loop", d.image, d.dir).CombinedOutput(); err != nil {
		tb.Fatalf("mount what is left: %v: %s", err, out)
	}
}

func (d *Disk) unmount(tb testing.TB) {
	tb.Helper()
	if out, err := exec.Command("umount", d.dir).CombinedOutput(); err != nil { //nolint:noctx // after the test's context
		tb.Errorf("unmount %s: %v: %s", d.dir, err, out)
	}
}

// copyFile leaves out what is zero, so that the copy is as sparse.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	block, zero := make([]byte, 1<<20), make([]byte, 1<<20)
	var at int64
	for err == nil {
		var n int
		n, err = io.ReadFull(in, block)
		if !bytes.Equal(block[:n], zero[:n]) {
			if _, failed := out.WriteAt(block[:n], at); failed != nil {
				err = failed
			}
		}
		at += int64(n)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = out.Truncate(at)
	}
	return errors.Join(err, out.Close())
}
