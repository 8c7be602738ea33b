package deploytest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// manifest is the text of the one object of a kind in a rendered manifest of
// deploy/kubernetes.
func manifest(t *testing.T, folder, kind string) string {
	t.Helper()
	var found []string
	for _, text := range strings.Split(readFile(t, "deploy/kubernetes/"+folder+"/spanledger.yaml"), "\n---\n") {
		if strings.Contains(text, "\nkind: "+kind+"\n") {
			found = append(found, text)
		}
	}
	require.Len(t, found, 1, "%s in %s", kind, folder)
	return found[0]
}

func readManifest(t *testing.T, folder, kind string, into any) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(manifest(t, folder, kind)), into))
}
