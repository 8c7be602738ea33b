// Package plainfile reads files that a user names. Opening a named pipe waits for a
// writer, and reading a device may never end: both are refused with the name of the file.
package plainfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// inherited are files that the process was started with, such as the pipe of a shell's
// <(command): the shell has a writer for each.
var inherited = regexp.MustCompile(`^/(?:dev/(?:stdin|fd/\d+)|proc/(?:self|\d+)/fd/\d+)$`)

// Check refuses what is there and is no file. Of what cannot be looked at, opening says so.
func Check(path string) error {
	clean := filepath.Clean(path)
	if clean == os.DevNull || runtime.GOOS != "windows" && inherited.MatchString(clean) {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil //nolint:nilerr // the caller opens it
	}
	what := ""
	switch mode := info.Mode(); {
	case mode&fs.ModeNamedPipe != 0:
		what = "a named pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	default:
		return nil
	}
	return &fs.PathError{Op: "open", Path: path, Err: errors.New("is " + what + ": expected a file")}
}

// Open is os.Open for a file that a user names.
func Open(path string) (*os.File, error) {
	if err := Check(path); err != nil {
		return nil, err
	}
	return os.Open(path)
}

// Read is os.ReadFile for a file that a user names.
func Read(path string) ([]byte, error) {
	if err := Check(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
