package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// licence of the repository, which the zip of every module has.
const licence = "LICENSE"

// serve makes dir a proxy of all modules.
func (t *tree) serve(dir string) error {
	for _, m := range t.modules {
		if err := t.publish(dir, m); err != nil {
			return fmt.Errorf("%s: %w", m.path, err)
		}
	}
	return nil
}

// publish adds one module to the proxy in dir, in the layout of
// https://go.dev/ref/mod#goproxy-protocol.
func (t *tree) publish(dir string, m *mod) error {
	escaped, err := module.EscapePath(m.path)
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	text, err := os.ReadFile(t.at(m, "go.mod"))
	if err != nil {
		return err
	}
	if text, err = t.requiring(text, t.version); err != nil {
		return err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{t.version, time.Unix(0, 0).UTC()})
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list": []byte(t.version + "\n"), t.version + ".info": info, t.version + ".mod": text,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	out, err := os.Create(filepath.Join(folder, t.version+".zip"))
	if err != nil {
		return err
	}
	return errors.Join(zip.Create(out, module.Version{Path: m.path, Version: t.version}, t.zipped(m, text)), out.Close())
}

// zipped lists a module's files, with the given go.mod in place of its own.
func (t *tree) zipped(m *mod, goMod []byte) []zip.File {
	var files []zip.File
	licensed := false
	for _, name := range m.files {
		licensed = licensed || name == licence
		if name == "go.mod" {
			files = append(files, memoryFile{name, goMod})
			continue
		}
		files = append(files, diskFile{name, t.at(m, name)})
	}
	if !licensed {
		files = append(files, diskFile{licence, filepath.Join(t.root, licence)})
	}
	return files
}

type diskFile struct{ name, path string }

func (f diskFile) Path() string                 { return f.name }
func (f diskFile) Lstat() (os.FileInfo, error)  { return os.Lstat(f.path) }
func (f diskFile) Open() (io.ReadCloser, error) { return os.Open(f.path) }
