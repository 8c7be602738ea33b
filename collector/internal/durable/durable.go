// Package durable gives a file that is complete the name under which it is read, so that a
// power failure leaves either the file before or all of the new one. What fails before that
// leaves the file before.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Replace renames a file that is complete and closed to path, in the place of the file that is
// there. Both are in one file system.
func Replace(draft, path string) error {
	return name(draft, path, os.Rename)
}

// Add does so only if path is free; otherwise the error is fs.ErrExist. The draft keeps its
// name too.
func Add(draft, path string) error {
	return name(draft, path, os.Link)
}

// name syncs the content before the name: a file system may store them in another order.
func name(draft, path string, give func(from, to string) error) error {
	if err := sync(draft); err != nil {
		return err
	}
	if err := give(draft, path); err != nil {
		return err
	}
	err := sync(filepath.Dir(path))
	if unsyncable(err) {
		return nil
	}
	return err
}

func sync(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// unsyncable says that a folder cannot be synced: its reading is not allowed, or its file
// system, as some of a network, has no such call. Its file system then decides when the name
// is stored.
func unsyncable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}
