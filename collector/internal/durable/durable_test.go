package durable_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/durable"
)

func TestReplace_PutsTheDraftInThePlaceOfTheFile(t *testing.T) {
	for _, before := range []string{"", "old"} {
		folder := t.TempDir()
		draft, path := write(t, folder, "draft", "new"), filepath.Join(folder, "file")
		if before != "" {
			write(t, folder, "file", before)
		}
		if err := durable.Replace(draft, path); err != nil {
			t.Fatal(err)
		}
		wantFiles(t, folder, map[string]string{"file": "new"})
	}
}

func TestAdd_NeverReplacesAFile(t *testing.T) {
	folder := t.TempDir()
	draft, path := write(t, folder, "draft", "new"), filepath.Join(folder, "file")
	if err := durable.Add(draft, path); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, folder, map[string]string{"draft": "new", "file": "new"})
	other := write(t, folder, "other", "newer")
	if err := durable.Add(other, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Add over a file: %v, want fs.ErrExist", err)
	}
	wantFiles(t, folder, map[string]string{"draft": "new", "file": "new", "other": "newer"})
}

func TestReplace_WithoutADraftLeavesTheFile(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "file", "old")
	if err := durable.Replace(filepath.Join(folder, "draft"), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Replace without a draft: %v, want fs.ErrNotExist", err)
	}
	wantFiles(t, folder, map[string]string{"file": "old"})
}

// TestReplace_InAFolderThatCannotBeRead has a folder into which one may write, as a drop box:
// it cannot be opened to be synced.
func TestReplace_InAFolderThatCannotBeRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read every folder")
	}
	folder := t.TempDir()
	draft := write(t, folder, "draft", "new")
	if err := os.Chmod(folder, 0o300); err != nil {
		t.Fatal(err)
	}
	if err := durable.Replace(draft, filepath.Join(folder, "file")); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, folder, map[string]string{"file": "new"})
}

func write(t *testing.T, folder, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func wantFiles(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(want) {
		t.Errorf("files: %v, want %v", entries, want)
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v, want %q", name, got, err, text)
		}
	}
}
