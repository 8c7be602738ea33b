package web_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/gzipped"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

var update = flag.Bool("update", false, "bundle the page into dist instead of comparing")

// maxScript bounds the script that a browser loads, in bytes of gzip.
const maxScript = 60_000

// runtimePackages are those whose code is in the bundle.
var runtimePackages = []string{"preact", "@preact/signals", "@preact/signals-core"}

// TestBundle_IsTheSources bundles again and compares the committed files, which are
// compressed, byte by byte.
func TestBundle_IsTheSources(t *testing.T) {
	modules := parts.PageModules(t)
	fresh := t.TempDir()
	cmd := exec.Command(parts.Find(t, parts.Esbuild), "src/main.tsx",
		"--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8",
		"--jsx=automatic", "--jsx-import-source=preact", "--legal-comments=none",
		"--entry-names=app", "--outdir="+filepath.Join(fresh, "assets"), "--log-level=warning")
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, os.WriteFile(filepath.Join(fresh, "index.html"), document(t, filepath.Join(fresh, "assets", "app.css")), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(fresh, "assets", "licenses.txt"), licenses(t, modules), 0o644))

	if *update {
		require.NoError(t, os.RemoveAll("dist"))
		for name, content := range read(t, fresh) {
			name = filepath.Join("dist", name+".gz")
			require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
			packed, err := gzipped.Pack(content)
			require.NoError(t, err, name)
			require.NoError(t, os.WriteFile(name, packed, 0o644))
		}
	}
	want, have := read(t, fresh), map[string][]byte{}
	for name, content := range read(t, "dist") {
		unpacked, err := gzipped.Unpack(content)
		require.NoError(t, err, name)
		have[strings.TrimSuffix(name, ".gz")] = unpacked
	}
	assert.Len(t, have, len(want), "files of dist")
	for name, content := range want {
		assert.True(t, bytes.Equal(content, have[name]), "dist/%s differs from a bundle of the sources (fix: make page)", name)
	}
}

// document is index.html with the style sheet in it instead of a link: a browser draws
// the frame of the page with its first answer.
func document(t *testing.T, style string) []byte {
	t.Helper()
	const link = `<link rel="stylesheet" href="assets/app.css">`
	css, err := os.ReadFile(style)
	require.NoError(t, err)
	require.NotContains(t, string(css), "</", "would end the style")
	index, err := os.ReadFile("index.html")
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(index, []byte(link)))
	require.NoError(t, os.Remove(style))
	return bytes.Replace(index, []byte(link), slices.Concat([]byte("<style>"), css, []byte("</style>")), 1)
}

func TestBundle_IsSmall(t *testing.T) {
	script, err := os.Stat("dist/assets/app.js.gz")
	require.NoError(t, err)
	assert.Less(t, script.Size(), int64(maxScript))
}

// TestSources_HaveTypes runs TypeScript's compiler, which esbuild does not.
func TestSources_HaveTypes(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	out, err := exec.Command(node, filepath.Join(parts.PageModules(t), "typescript", "bin", "tsc"), "--project", ".").CombinedOutput()
	assert.NoError(t, err, string(out))
}

// TestSources_AskForNothingThatThePolicyForbids: no style or script in the
// document, and no text that becomes markup.
func TestSources_AskForNothingThatThePolicyForbids(t *testing.T) {
	for name, content := range read(t, "src") {
		for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML", "document.write", "eval(", "new Function"} {
			assert.NotContains(t, string(content), forbidden, name)
		}
	}
	index, err := os.ReadFile("index.html")
	require.NoError(t, err)
	for _, forbidden := range []string{"<style", "style=", "onclick", "<script>", "https://"} {
		assert.NotContains(t, string(index), forbidden)
	}
}

// TestLock_NamesNoHost: a lock file that names a registry's host is of no use
// behind a mirror.
func TestLock_NamesNoHost(t *testing.T) {
	lock, err := os.ReadFile("package-lock.json")
	require.NoError(t, err)
	assert.NotContains(t, string(lock), `"resolved"`)
	for _, line := range strings.Split(string(lock), "\n") {
		if strings.Contains(line, `"integrity"`) {
			assert.Contains(t, line, "sha512-")
		}
	}
}

// read is all files below a folder.
func read(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(folder, path))
		return err
	}))
	require.NotEmpty(t, files)
	return files
}

// licenses are those of the packages in the bundle, which want to be passed on.
func licenses(t *testing.T, modules string) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, name := range runtimePackages {
		text, err := os.ReadFile(filepath.Join(modules, name, "LICENSE"))
		require.NoError(t, err)
		fmt.Fprintf(&all, "%s\n\n%s\n\n", name, bytes.TrimSpace(text))
	}
	return all.Bytes()
}
