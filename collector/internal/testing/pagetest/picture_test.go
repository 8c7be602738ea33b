package pagetest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/picture"
)

var pictures = flag.String("pictures", "", "folder to draw the screens into, seen from the repository's root unless absolute")

// maxPicture bounds the size of a picture in bytes.
const maxPicture = 120_000

// drawn are the pictures of docs/page.md.
var drawn = []struct {
	name, hash string
	height     int
}{
	{"overview", "#/overview?since=30d", 1130},
	{"explore", "#/explore?since=30d&by=department,model", 900},
	{"runs", "#/runs", 760},
	{"run", "#/runs?order=cost/first", 1010},
	{"calls", "#/calls", 760},
	{"conversations", "#/conversations", 760},
	{"conversation", "#/conversations?order=cost/first", 900},
	{"context", "#/context?since=30d&by=agent", 1010},
	{"outcomes", "#/outcomes?since=30d", 900},
	{"compare", "#/compare", 900},
	{"chargeback", "#/chargeback", 860},
	{"advice", "#/advice?since=30d&min_calls=5", 1060},
	{"prices", "#/prices?model=claude-sonnet-4-5", 860},
	{"health", "#/health", 900},
}

// TestPictures draws every screen, light and dark, and one as a telephone shows it.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws pictures only when -pictures names a folder")
	}
	folder := *pictures
	if !filepath.IsAbs(folder) {
		folder = filepath.Join("../../../..", folder)
	}
	require.NoError(t, os.MkdirAll(folder, 0o755))
	data, raw := t.TempDir(), t.TempDir()
	demo(t, data, "8s")
	history(t, duckDB(data), days)
	s := start(t, data)

	wanted := []string{raw, "page-narrow|#/overview?since=30d|390|light|844"}
	for _, d := range drawn {
		for _, scheme := range []string{"light", "dark"} {
			name := "page-" + d.name
			if scheme == "dark" {
				name += "-dark"
			}
			wanted = append(wanted, fmt.Sprintf("%s|%s|1280|%s|%d", name, d.hash, scheme, d.height))
		}
	}
	var none struct{}
	drive(t, s, &none, "pictures.mjs", wanted...)
	files, err := filepath.Glob(filepath.Join(raw, "*.png"))
	require.NoError(t, err)
	require.Len(t, files, len(wanted)-1)
	for _, file := range files {
		full, err := os.ReadFile(file)
		require.NoError(t, err)
		small, err := picture.FewColours(full)
		require.NoError(t, err)
		require.Less(t, len(small), maxPicture, "%s: too large for a repository", file)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(file)), small, 0o644))
	}
}
