//go:build unix

package plainfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
)

func TestRead_RefusesWhatMayNeverEnd(t *testing.T) {
	folder := t.TempDir()
	pipe, socket := filepath.Join(folder, "pipe"), filepath.Join(folder, "socket")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	link := filepath.Join(folder, "link")
	require.NoError(t, os.Symlink(pipe, link))
	for path, is := range map[string]string{pipe: "is a named pipe", link: "is a named pipe", socket: "is a socket", "/dev/zero": "is a device"} {
		_, err := plainfile.Read(path)
		opening, ok := errors.AsType[*fs.PathError](err)
		require.True(t, ok, path)
		assert.Equal(t, path, opening.Path)
		assert.ErrorContains(t, err, is+": expected a file")
		_, err = plainfile.Open(path)
		assert.ErrorContains(t, err, is+": expected a file")
	}
}

func TestRead_ReadsFilesAndWhatTheShellGives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte("text"), 0o600))
	text, err := plainfile.Read(path)
	require.NoError(t, err)
	assert.Equal(t, "text", string(text))
	empty, err := plainfile.Read(os.DevNull)
	require.NoError(t, err)
	assert.Empty(t, empty)
	_, err = plainfile.Read(path + "s")
	assert.ErrorIs(t, err, fs.ErrNotExist)

	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd here")
	}
	in, out, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	_, err = io.WriteString(out, "of a command")
	require.NoError(t, errors.Join(err, out.Close()))
	text, err = plainfile.Read(fmt.Sprintf("/dev/fd/%d", in.Fd()))
	require.NoError(t, err)
	assert.Equal(t, "of a command", string(text))
}
