package main

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"
)

// memoryFile is a file of a zip that is not on disk.
type memoryFile struct {
	name    string
	content []byte
}

func (f memoryFile) Path() string                { return f.name }
func (f memoryFile) Lstat() (fs.FileInfo, error) { return memoryInfo{f}, nil }
func (f memoryFile) Open() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f.content)), nil
}

type memoryInfo struct{ memoryFile }

func (i memoryInfo) Name() string     { return path.Base(i.name) }
func (i memoryInfo) Size() int64      { return int64(len(i.content)) }
func (memoryInfo) Mode() fs.FileMode  { return 0o644 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }
