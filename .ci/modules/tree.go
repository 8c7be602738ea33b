package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// tree is the working tree: its modules, those that others require first.
type tree struct {
	root    string
	version string // of every module in the proxy: one for each content
	modules []*mod
}

// mod is one module of go.work.
type mod struct {
	path  string
	dir   string   // relative to the root, with slashes
	files []string // relative to dir, without those of modules below
	file  *modfile.File
}

func openTree(root string) (*tree, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	work, err := os.ReadFile(filepath.Join(root, "go.work"))
	if err != nil {
		return nil, err
	}
	parsed, err := modfile.ParseWork("go.work", work, nil)
	if err != nil {
		return nil, err
	}
	t := &tree{root: root}
	files, err := t.list()
	if err != nil {
		return nil, err
	}
	for _, use := range parsed.Use {
		m := &mod{dir: path.Clean(use.Path)}
		text, err := os.ReadFile(t.at(m, "go.mod"))
		if err != nil {
			return nil, err
		}
		if m.file, err = modfile.Parse(path.Join(m.dir, "go.mod"), text, nil); err != nil {
			return nil, err
		}
		m.path, m.files = m.file.Module.Mod.Path, filesOf(m.dir, files)
		t.modules = append(t.modules, m)
	}
	if err := t.sort(); err != nil {
		return nil, err
	}
	return t, t.stamp(files)
}

// list names the files that a commit of everything would have.
func (t *tree) list() ([]string, error) {
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	cmd.Dir, cmd.Stderr = t.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	var files []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		// What is deleted but still in the index is in no commit of everything.
		if info, err := os.Lstat(filepath.Join(t.root, name)); err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// filesOf picks the files of the module in dir: not those of modules below.
func filesOf(dir string, all []string) []string {
	below := func(name, dir string) (string, bool) {
		if dir == "." {
			return name, true
		}
		return strings.CutPrefix(name, dir+"/")
	}
	var nested, files []string
	for _, name := range all {
		if inside, ok := below(name, dir); ok && path.Base(name) == "go.mod" && inside != "go.mod" {
			nested = append(nested, path.Dir(name))
		}
	}
	for _, name := range all {
		inside, ok := below(name, dir)
		isNested := slices.ContainsFunc(nested, func(n string) bool { return strings.HasPrefix(name, n+"/") })
		if ok && !isNested {
			files = append(files, inside)
		}
	}
	return files
}

// at is the path of a module's file in the tree.
func (t *tree) at(m *mod, name string) string {
	return filepath.Join(t.root, filepath.FromSlash(m.dir), filepath.FromSlash(name))
}

// owns reports whether a module path is one of the tree's.
func (t *tree) owns(modulePath string) bool {
	return slices.ContainsFunc(t.modules, func(m *mod) bool { return m.path == modulePath })
}

// sort puts a module behind those that it requires.
func (t *tree) sort() error {
	var sorted []*mod
	for len(sorted) < len(t.modules) {
		before := len(sorted)
		for _, m := range t.modules {
			waits := slices.ContainsFunc(m.file.Require, func(r *modfile.Require) bool {
				return t.owns(r.Mod.Path) && !slices.ContainsFunc(sorted, func(s *mod) bool { return s.path == r.Mod.Path })
			})
			if !waits && !slices.Contains(sorted, m) {
				sorted = append(sorted, m)
			}
		}
		if len(sorted) == before {
			return fmt.Errorf("the modules of go.work require each other in a circle")
		}
	}
	t.modules = sorted
	return nil
}

// stamp gives the tree a version that changes with its content, since Go keeps
// what it has downloaded under a version.
func (t *tree) stamp(files []string) error {
	sum := sha256.New()
	for _, name := range files {
		file, err := os.Open(filepath.Join(t.root, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s\n", name)
		_, err = io.Copy(sum, file)
		file.Close()
		if err != nil {
			return err
		}
	}
	declared, err := t.declared()
	if err != nil {
		return err
	}
	t.version = fmt.Sprintf("%s-0.tree.x%x", declared, sum.Sum(nil)[:6])
	return nil
}

// declared is the version at which the modules require each other.
func (t *tree) declared() (string, error) {
	version := ""
	for _, m := range t.modules {
		for _, r := range m.file.Require {
			switch {
			case !t.owns(r.Mod.Path):
			case version == "":
				version = r.Mod.Version
			case version != r.Mod.Version:
				return "", fmt.Errorf("%s: requires %s %s, others require %s", m.file.Syntax.Name, r.Mod.Path, r.Mod.Version, version)
			}
		}
	}
	if !semver.IsValid(version) {
		return "", fmt.Errorf("the modules require each other at %q: no version", version)
	}
	return version, nil
}

// requiring is a go.mod that requires the tree's own modules at a version.
func (t *tree) requiring(text []byte, version string) ([]byte, error) {
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(file.Require) {
		if t.owns(r.Mod.Path) {
			if err := file.AddRequire(r.Mod.Path, version); err != nil {
				return nil, err
			}
		}
	}
	return file.Format()
}

// release writes the version into every go.mod that requires a module of the
// tree, and into go.work, and prints the tags.
func (t *tree) release(version string) error {
	if !semver.IsValid(version) {
		return fmt.Errorf("%q: use a version such as v0.2.0", version)
	}
	if err := t.replaceIn("go.work", version); err != nil {
		return err
	}
	for _, m := range t.modules {
		before, err := os.ReadFile(t.at(m, "go.mod"))
		if err != nil {
			return err
		}
		after, err := t.requiring(before, version)
		if err != nil {
			return err
		}
		if !bytes.Equal(before, after) {
			if err := os.WriteFile(t.at(m, "go.mod"), after, 0o644); err != nil {
				return err
			}
		}
		tag := version
		if m.dir != "." {
			tag = m.dir + "/" + version
		}
		fmt.Println("git tag", tag)
	}
	return nil
}

// replaceIn lets a go.work put the tree's folders in the place of a version.
func (t *tree) replaceIn(name, version string) error {
	path := filepath.Join(t.root, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork(name, text, nil)
	if err != nil {
		return err
	}
	for _, r := range work.Replace {
		if t.owns(r.Old.Path) {
			text = bytes.ReplaceAll(text, []byte(r.Old.Path+" "+r.Old.Version+" =>"), []byte(r.Old.Path+" "+version+" =>"))
		}
	}
	return os.WriteFile(path, text, 0o644)
}
