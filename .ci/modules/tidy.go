package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tidy tidies a copy of each module, in which the others come from the proxy.
// It takes over what has changed, or, when write is false, fails because of it and
// builds the module.
func (t *tree) tidy(write bool) error {
	temp, err := os.MkdirTemp("", "spanledger-modules-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	declared, err := t.declared()
	if err != nil {
		return err
	}
	proxy := filepath.Join(temp, "proxy")
	var errs []error
	for _, m := range t.modules {
		dir := filepath.Join(temp, "copy", filepath.FromSlash(m.dir))
		if err := t.copy(m, dir); err != nil {
			return err
		}
		if err := t.golang(proxy, dir, "mod", "tidy"); err != nil {
			return fmt.Errorf("%s: %w", m.path, err)
		}
		changed, err := t.compare(m, dir, declared, write)
		if err != nil {
			return err
		}
		if len(changed) > 0 && !write {
			errs = append(errs, fmt.Errorf("%s: not tidy: %s (fix: make tidy)", m.path, strings.Join(changed, ", ")))
		}
		if !write {
			if err := t.golang(proxy, dir, "build", "./..."); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", m.path, err))
			}
		}
		if err := t.publish(proxy, m); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

// copy writes the module's files to dir, requiring the proxy's versions.
func (t *tree) copy(m *mod, dir string) error {
	for _, name := range m.files {
		content, err := os.ReadFile(t.at(m, name))
		if err != nil {
			return err
		}
		if name == "go.mod" {
			if content, err = t.requiring(content, t.version); err != nil {
				return err
			}
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compare names the files of the tidied copy in dir that differ from the tree's,
// and takes them over when write is true.
func (t *tree) compare(m *mod, dir, declared string, write bool) (changed []string, err error) {
	for _, name := range []string{"go.mod", "go.sum"} {
		tidied, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if name == "go.mod" {
			tidied, err = t.requiring(tidied, declared)
		} else {
			tidied = t.withoutOwn(tidied)
		}
		if err != nil {
			return nil, err
		}
		have, err := os.ReadFile(t.at(m, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if bytes.Equal(have, tidied) {
			continue
		}
		changed = append(changed, name)
		if write {
			if err := os.WriteFile(t.at(m, name), tidied, 0o644); err != nil {
				return nil, err
			}
		}
	}
	return changed, nil
}

// withoutOwn leaves the tree's own modules out of a go.sum: their sums change with
// every commit, and go.work does not ask for them.
func (t *tree) withoutOwn(sums []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(sums) {
		name, _, _ := bytes.Cut(line, []byte(" "))
		if !t.owns(string(name)) {
			kept = append(kept, line...)
		}
	}
	return kept
}

// golang runs a go command in dir with the proxy before the usual ones.
func (t *tree) golang(proxy, dir string, args ...string) error {
	usual, err := exec.Command("go", "env", "GOPROXY").Output()
	if err != nil {
		return fmt.Errorf("go env GOPROXY: %w", err)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off",
		"GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod",
		"GOPROXY=file://"+proxy+","+strings.TrimSpace(string(usual)),
		"GONOSUMDB="+repository+","+repository+"/*",
	)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// repository is the path of the module at the root and the prefix of all others.
const repository = "github.com/spanledger/spanledger"
