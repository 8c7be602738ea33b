package durability_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

var (
	chaosDuration = flag.Duration("chaos.duration", 30*time.Second, "how long TestChaos lets faults happen, on each store")
	chaosStore    = flag.String("chaos.store", "", "address of an empty ledger on a real cluster, instead of the stores that the test starts")
	chaosCommand  = flag.String("chaos.command", "", "shell command that makes a fault of the cluster of chaos.store happen and ends it again")
	chaosSeed     = flag.Uint64("chaos.seed", uint64(time.Now().UnixNano()), "seed of the faults and the senders")
)

// queueDisk is the size of the queue's disk; it is filled from outside at times.
const queueDisk = 512 << 20

// TestChaos has honest senders next to hostile ones while collector and store are
// killed, stopped for seconds and run out of disk. In the end every acknowledged
// call is billed once, and the sums are exact. `make chaos` runs it for longer.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for a minute")
	}
	if *chaosStore != "" {
		t.Run("a cluster", func(t *testing.T) {
			c := newChaos(t, *chaosStore)
			c.run(t)
			c.settle(t, opener(t, *chaosStore), func() {})
		})
		return
	}
	t.Run("DuckDB", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "ledger.duckdb")
		c := newChaos(t, "duckdb://"+file)
		c.run(t)
		// The file belongs to the collector while it runs.
		c.settle(t, func() ledger.Store {
			require.NoError(t, stop(c.collector))
			store, err := ledgerstore.Open(t.Context(), "duckdb://"+file)
			require.NoError(t, err)
			return store
		}, func() { c.collector.start(t) })
	})
	t.Run("ClickHouse", func(t *testing.T) {
		server := clickhousetest.Start(t)
		// Kills during the migration are tests of their own: each costs a minute, until
		// its lock counts as left behind.
		store := opener(t, server.DSN("ledger"))()
		require.NoError(t, store.Migrate(t.Context()))
		require.NoError(t, store.Close())
		// One server by two addresses, as a shard whose nodes go away in turn.
		dsn, err := url.Parse(server.DSN("ledger"))
		require.NoError(t, err)
		gates := []*gate{openGate(t, dsn.Host), openGate(t, dsn.Host)}
		dsn.Host = gates[0].address() + "," + gates[1].address()
		c := newChaos(t, dsn.String())
		c.server, c.gates = server, gates
		c.run(t)
		supervise(t, server)
		c.settle(t, opener(t, server.DSN("ledger")), func() {})
	})
}

func opener(t *testing.T, dsn string) func() ledger.Store {
	return func() ledger.Store {
		store, err := ledgerstore.Open(t.Context(), dsn)
		require.NoError(t, err)
		return store
	}
}

type chaos struct {
	collector *collector
	server    *clickhousetest.Server // nil for DuckDB
	gates     []*gate                // in front of it
	queue     string                 // the folder; "" where it has no disk of its own
	web       string
	random    *rand.Rand
	faults    map[string]int

	honest *honest
	since  time.Time
}

func newChaos(t *testing.T, dsn string) *chaos {
	t.Helper()
	t.Logf("-chaos.seed %d", *chaosSeed)
	c := &chaos{collector: newCollector(t, dsn), web: parts.FreeAddr(t), random: rand.New(rand.NewPCG(*chaosSeed, 1)), faults: make(map[string]int)}
	c.collector.env = append(c.collector.env, "DURABILITY_OTLP_HTTP="+c.web)
	if os.Geteuid() == 0 {
		c.queue = c.collector.mountQueue(t, queueDisk)
	} else {
		t.Log("without root the queue has no disk of its own: a full one is not tried")
	}
	return c
}

// run lets faults happen while calls are sent.
func (c *chaos) run(t *testing.T) {
	c.since = time.Now()
	c.collector.start(t)
	c.honest = startHonest(t, c.collector.otlp, 4, *chaosSeed)
	bad := startHostile(t, c.collector.otlp, c.web, *chaosSeed)
	for end := time.Now().Add(*chaosDuration); time.Now().Before(end); {
		time.Sleep(time.Duration(500+c.random.IntN(4000)) * time.Millisecond)
		c.fault(t)
	}
	bad.finish()
	before := c.honest.count()
	require.Eventually(t, func() bool { return c.honest.count() > before }, settled, 50*time.Millisecond, "in the end calls are acknowledged")
}

// fault makes one happen and ends it again.
func (c *chaos) fault(t *testing.T) {
	kinds := []string{"collector killed", "collector killed", "collector killed at its start", "collector stopped for seconds"}
	if c.server != nil {
		kinds = append(kinds, "store killed", "store killed", "store stopped for seconds", "both killed", "address of the store cut off")
	}
	if *chaosStore != "" && *chaosCommand != "" {
		kinds = append(kinds, "command for the cluster", "command for the cluster", "command for the cluster")
	}
	if c.queue != "" {
		kinds = append(kinds, "queue's disk full", "collector killed while its disk is full")
	}
	kind := kinds[c.random.IntN(len(kinds))]
	c.faults[kind]++
	switch kind {
	case "collector killed":
		c.restart(t, func() { c.pause(1000) })
	case "collector killed at its start":
		c.restart(t, func() {})
		c.pause(300)
		c.restart(t, func() {})
	case "collector stopped for seconds":
		c.hold(t, c.collector.process.PID(), 4000)
	case "store killed":
		c.server.Kill()
		c.pause(4000)
		require.NoError(t, c.server.Restart(t.Context()))
	case "store stopped for seconds":
		c.hold(t, c.server.PID(), 12_000)
	case "both killed":
		c.restart(t, c.server.Kill)
		c.pause(2000)
		require.NoError(t, c.server.Restart(t.Context()))
	case "command for the cluster":
		out, err := exec.CommandContext(t.Context(), "sh", "-c", *chaosCommand).CombinedOutput()
		require.NoError(t, err, "%s", out)
	case "address of the store cut off":
		g := c.gates[c.random.IntN(len(c.gates))]
		g.cut()
		c.pause(5000)
		g.restore()
	case "queue's disk full":
		empty := fillDisk(t, c.queue)
		c.pause(4000)
		empty()
	case "collector killed while its disk is full":
		empty := fillDisk(t, c.queue)
		c.pause(1000)
		c.restart(t, func() {})
		c.pause(3000)
		empty()
	}
}

func (c *chaos) pause(milliseconds int) {
	time.Sleep(time.Duration(c.random.IntN(milliseconds)) * time.Millisecond)
}

// restart kills the collector, and starts it again after meanwhile.
func (c *chaos) restart(t *testing.T, meanwhile func()) {
	c.collector.process.Kill()
	meanwhile()
	c.collector.start(t)
}

// hold stops a process that continues afterwards, as a machine that swaps or a
// network that is cut for a while.
func (c *chaos) hold(t *testing.T, pid, milliseconds int) {
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	c.pause(milliseconds)
	require.NoError(t, syscall.Kill(pid, syscall.SIGCONT))
}

// fillDisk leaves no room on the disk at dir, until what it returns is called.
func fillDisk(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	require.NoError(t, err)
	block := make([]byte, 1<<20)
	for len(block) >= 4096 {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	require.NoError(t, f.Close())
	return func() { require.NoError(t, os.Remove(path)) }
}

// outcome counts the acknowledged calls by their fate.
type outcome struct {
	acknowledged, lost, doubled, unbilled, wrong int
	wantInput, gotInput, wantOutput, gotOutput   int64
	wantCost, gotCost                            udecimal.Decimal
}

// exact says that every call is billed once, for what it is worth.
func (o *outcome) exact() bool {
	return o.lost+o.doubled+o.unbilled+o.wrong == 0 && o.wantInput == o.gotInput && o.wantOutput == o.gotOutput && o.wantCost.Equal(o.gotCost)
}

// settle waits until the queue is empty, and checks.
func (c *chaos) settle(t *testing.T, open func() ledger.Store, goOn func()) {
	acknowledged := c.honest.finish()
	var found outcome
	begun, limit := time.Now(), max(2*settled, *chaosDuration)
	for deadline := time.Now().Add(limit); ; {
		store := open()
		found = c.check(t, store, acknowledged)
		require.NoError(t, store.Close())
		if found.exact() || time.Now().After(deadline) {
			break
		}
		goOn()
		time.Sleep(3 * time.Second)
	}
	c.print(&found)
	t.Logf("settled after %s", time.Since(begun).Round(time.Second))
	require.True(t, found.exact(), "%+v (-chaos.seed %d)", found, *chaosSeed)
}

// check compares the ledger with what was acknowledged.
func (c *chaos) check(t *testing.T, store ledger.Store, acknowledged map[key]expected) outcome {
	t.Helper()
	o := outcome{acknowledged: len(acknowledged)}
	for _, want := range acknowledged {
		o.wantInput += want.input
		o.wantOutput += want.output
		o.wantCost = o.wantCost.Add(want.cost)
	}
	rows, billed := make(map[key]int), make(map[key]int)
	from, until := c.since.Add(-2*time.Hour).Truncate(time.Hour), time.Now().Add(3*time.Hour)
	for ; from.Before(until); from = from.Add(time.Hour) {
		found, err := store.Calls(t.Context(), from, from.Add(time.Hour))
		if err != nil {
			t.Logf("the ledger is not read: %v", err)
			o.lost = len(acknowledged)
			return o
		}
		for i := range found {
			call := &found[i]
			if call.Application != honestApplication {
				continue
			}
			k := key{call.TraceID, call.SpanID}
			rows[k]++
			if !call.Billable {
				continue
			}
			billed[k]++
			want := acknowledged[k]
			if call.Cost.Amount == nil || !call.Cost.Amount.Equal(want.cost) {
				o.wrong++
			}
		}
	}
	for k := range acknowledged {
		switch {
		case rows[k] == 0:
			o.lost++
		case billed[k] == 0:
			o.unbilled++
		case billed[k] > 1:
			o.doubled++
		}
	}
	// The reports' own sums, which come from other tables.
	groups, err := store.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByApplication}})
	require.NoError(t, err)
	for _, g := range groups {
		if g.Key[0] == honestApplication {
			o.gotInput, o.gotOutput, o.gotCost = g.Totals.Input, g.Totals.Output, g.Totals.Cost
		}
	}
	return o
}

func (c *chaos) print(o *outcome) {
	var faults []string
	for kind, n := range c.faults {
		faults = append(faults, fmt.Sprintf("%s %d", kind, n))
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "faults\t%s\n", strings.Join(faults, ", "))
	fmt.Fprintf(w, "acknowledged calls\t%d\n", o.acknowledged)
	fmt.Fprintf(w, "exports sent again after their acknowledgement\t%d\n", c.honest.replayed)
	fmt.Fprintf(w, "longest wait for an acknowledgement\t%s\n", c.honest.longest.Round(time.Millisecond))
	fmt.Fprintf(w, "attempts of that export that failed\t%s\n", c.honest.why)
	fmt.Fprintf(w, "lost\t%d\ndoubled\t%d\nunbilled\t%d\nof a wrong amount\t%d\n", o.lost, o.doubled, o.unbilled, o.wrong)
	fmt.Fprintf(w, "input tokens\t%d of %d\n", o.gotInput, o.wantInput)
	fmt.Fprintf(w, "output tokens\t%d of %d\n", o.gotOutput, o.wantOutput)
	fmt.Fprintf(w, "cost\t%s of %s USD\n", o.gotCost, o.wantCost)
	_ = w.Flush()
}
