package durability_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// TestClusterScript_KillsNodesAndFindsNothingLost runs deploy/test/chaos-cluster against
// two shards on loopback. Replicas need a server with Keeper, which the tests do not have.
func TestClusterScript_KillsNodesAndFindsNothingLost(t *testing.T) {
	if testing.Short() {
		t.Skip("kills servers for half a minute")
	}
	servers := clickhousetest.StartCluster(t, 2)
	store := fmt.Sprintf("clickhouse://%s,%s/chaos?replicated=false&cluster=%s", servers[0].NativeAddr, servers[1].NativeAddr, clickhousetest.ClusterName)
	opened := opener(t, store)()
	require.NoError(t, opened.Migrate(t.Context())) // a kill during it is a test of its own
	require.NoError(t, opened.Close())

	requests := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	served := make(chan int)
	go func() { served <- serveNodes(ctx, t, requests, servers) }()

	root, err := parts.Root()
	require.NoError(t, err)
	ask := func(what string) string {
		file := filepath.Join(requests, what+".NODE")
		return "touch " + file + "; while [ -e " + file + " ]; do sleep 0.05; done"
	}
	script := exec.CommandContext(t.Context(), filepath.Join(root, "deploy", "test", "chaos-cluster"))
	script.Dir = t.TempDir()
	script.Env = append(os.Environ(), "STORE="+store, "NODES=0 1", "KILL="+ask("kill"), "START="+ask("start"), "DURATION=20s", "DOWN=3")
	out, err := script.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)
	cancel()
	assert.Positive(t, <-served, "nodes were killed")
	assert.Contains(t, string(out), "command for the cluster")
	for _, none := range []string{"lost", "doubled", "unbilled", "of a wrong amount"} {
		assert.Regexp(t, `(?m)^`+none+` +0$`, string(out))
	}
}

// serveNodes kills and starts servers as files ask it to, and removes a file when what it
// asks for is done. It returns how many it has killed.
func serveNodes(ctx context.Context, t *testing.T, requests string, servers []*clickhousetest.Server) (killed int) {
	for ctx.Err() == nil {
		files, err := filepath.Glob(filepath.Join(requests, "*.*"))
		if !assert.NoError(t, err) {
			return killed
		}
		for _, file := range files {
			what, node, _ := strings.Cut(filepath.Base(file), ".")
			n, err := strconv.Atoi(node)
			if !assert.NoError(t, err) {
				return killed
			}
			if what == "kill" {
				servers[n].Kill()
				killed++
			} else {
				assert.NoError(t, servers[n].Restart(context.WithoutCancel(ctx)))
			}
			assert.NoError(t, os.Remove(file))
		}
		time.Sleep(20 * time.Millisecond)
	}
	return killed
}
