package tracetree_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var update = flag.Bool("update", false, "write golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run with -update to write it")
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestTree_RunIsWritten(t *testing.T) {
	awkward := run()
	awkward.Spans[5].Tool = "evil\x1b[2Jtool\n\"]; click n0 href"
	awkward.Calls = append(awkward.Calls,
		call(40, 31, "in-house-7b", 11000, 200, 100, 10, ""),
		call(41, 99, "gpt-5", 4000, 100, 50, 5, "0.0001"))
	wrapper := call(42, 31, "gpt-5", 8790, 2950, 2500, 1500, "0.018125")
	wrapper.Billable = false
	awkward.Calls = append(awkward.Calls, wrapper)

	tests := []struct {
		name  string
		trace *ledger.Trace
		write func(*tracetree.Tree, io.Writer) error
	}{
		{"run.txt", run(), func(t *tracetree.Tree, w io.Writer) error { return t.WriteText(w, tracetree.TextOptions{}) }},
		{"run.ansi", run(), func(t *tracetree.Tree, w io.Writer) error {
			return t.WriteText(w, tracetree.TextOptions{Color: true})
		}},
		{"run.json", run(), (*tracetree.Tree).WriteJSON},
		{"run.mermaid", run(), (*tracetree.Tree).WriteMermaid},
		{"awkward.txt", awkward, func(t *tracetree.Tree, w io.Writer) error { return t.WriteText(w, tracetree.TextOptions{}) }},
		{"awkward.mermaid", awkward, (*tracetree.Tree).WriteMermaid},
		{"empty.txt", &ledger.Trace{}, func(t *tracetree.Tree, w io.Writer) error { return t.WriteText(w, tracetree.TextOptions{}) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, tt.write(tracetree.Build(tt.trace), &out))
			golden(t, tt.name, out.Bytes())
		})
	}
}

func TestTree_DocumentationShowsTheTreeAsItIsWritten(t *testing.T) {
	written, err := os.ReadFile("testdata/run.txt")
	require.NoError(t, err)
	doc, err := os.ReadFile("../../../docs/tracing.md")
	require.NoError(t, err)
	require.Contains(t, string(doc), string(written))
}

// find returns the node of a span.
func find(t *testing.T, tree *tracetree.Tree, n int) *tracetree.Node {
	t.Helper()
	var found *tracetree.Node
	walk(tree, func(node *tracetree.Node) {
		if node.SpanID == id(n) {
			found = node
		}
	})
	require.NotNil(t, found, "span %d", n)
	return found
}

func walk(tree *tracetree.Tree, visit func(*tracetree.Node)) {
	var below func([]*tracetree.Node)
	below = func(nodes []*tracetree.Node) {
		for _, n := range nodes {
			visit(n)
			below(n.Children)
		}
	}
	below(tree.Roots)
}

func TestTree_OwnFiguresLeaveOutSubAgents(t *testing.T) {
	trace := &ledger.Trace{
		Spans: []ledger.AgentSpan{
			span(1, 0, semconv.RoleAgent, "boss", 0, 1000),
			span(2, 1, semconv.RoleStep, "delegate", 0, 1000),
			span(3, 2, semconv.RoleTool, "ask", 0, 900),
			span(4, 3, semconv.RoleAgent, "helper", 0, 800),
		},
		Calls: []ledger.Call{
			call(5, 2, "gpt-5", 0, 10, 10, 1, "0.1"),
			call(6, 3, "gpt-5", 0, 10, 20, 2, "0.02"),
			call(7, 4, "gpt-5", 0, 10, 40, 4, "0.003"),
		},
	}
	tree := tracetree.Build(trace)
	for n, want := range map[int][2]string{1: {"0.12", "0.123"}, 2: {"0.12", "0.123"}, 3: {"0.02", "0.023"}, 4: {"0.003", "0.003"}} {
		node := find(t, tree, n)
		require.Equal(t, want[0], node.Own.Cost.String(), "own cost of %s", node.Name)
		require.Equal(t, want[1], node.Inclusive.Cost.String(), "inclusive cost of %s", node.Name)
	}
	require.Equal(t, int64(70), tree.Total.Input)
	require.Equal(t, []string{"boss", "helper"}, []string{tree.Agents[0].Name, tree.Agents[1].Name})
	require.Equal(t, "0.12", tree.Agents[0].Own.Cost.String())
}

func TestTree_CriticalPathFollowsTheLastToEnd(t *testing.T) {
	tree := tracetree.Build(run())
	var critical []int
	for _, n := range []int{1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 33} {
		if find(t, tree, n).Critical {
			critical = append(critical, n)
		}
	}
	// The first researcher (10) ended while the second (20) was still at work.
	require.Equal(t, []int{1, 2, 3, 4, 20, 21, 22, 30, 31, 32, 33}, critical)
}

func TestTree_ChildThatOutlivesItsParentIsCriticalUntilTheParentsEnd(t *testing.T) {
	tree := tracetree.Build(&ledger.Trace{Spans: []ledger.AgentSpan{
		span(1, 0, semconv.RoleAgent, "a", 0, 100),
		span(2, 1, semconv.RoleStep, "background", 50, 500),
		span(3, 1, semconv.RoleStep, "before", 0, 40),
		span(4, 1, semconv.RoleStep, "beside", 0, 70),
	}})
	require.True(t, find(t, tree, 2).Critical)
	require.True(t, find(t, tree, 3).Critical)
	require.False(t, find(t, tree, 4).Critical)
}

func TestTree_RowsWithoutTheirParentArePlacedByTime(t *testing.T) {
	tests := []struct {
		name       string
		start, len int
		wantParent int
	}{
		{"inside one agent goes into its step", 100, 500, 3},
		{"inside two parallel agents goes above both", 2500, 500, 1},
		{"across agents goes above them", 1000, 9000, 1},
		{"outside the run becomes a root", 11000, 5000, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trace := run()
			trace.Calls = append(trace.Calls, call(50, 777, "gpt-5", tt.start, tt.len, 1, 1, "0.1"))
			tree := tracetree.Build(trace)
			stray := find(t, tree, 50)
			require.True(t, stray.Adopted)
			if tt.wantParent == 0 {
				require.Nil(t, stray.Parent())
				return
			}
			require.Equal(t, id(tt.wantParent), stray.Parent().SpanID)
		})
	}
}

func TestTree_RowsThatMissTheSameParentAreSiblings(t *testing.T) {
	tree := tracetree.Build(&ledger.Trace{Spans: []ledger.AgentSpan{
		span(2, 1, semconv.RoleAgent, "planner", 0, 100),
		span(3, 1, semconv.RoleAgent, "researcher", 10, 50),
	}})
	require.Len(t, tree.Roots, 2)
}

func TestTree_SlowestAndMostExpensiveAreSteps(t *testing.T) {
	tree := tracetree.Build(run())
	require.Equal(t, id(21), tree.Slowest.SpanID)
	require.Equal(t, id(21), tree.MostExpensive.SpanID)

	without := tracetree.Build(&ledger.Trace{
		Spans: []ledger.AgentSpan{span(1, 0, semconv.RoleAgent, "a", 0, 100)},
		Calls: []ledger.Call{call(2, 1, "gpt-5", 0, 10, 1, 1, "0.2"), call(3, 1, "gpt-5", 0, 20, 1, 1, "0.1")},
	})
	require.Equal(t, id(3), without.Slowest.SpanID)
	require.Equal(t, id(2), without.MostExpensive.SpanID)
}

func TestMostExpensive_IsACallOutsideOfStepsWhereThatCostMore(t *testing.T) {
	tree := tracetree.Build(&ledger.Trace{
		Spans: []ledger.AgentSpan{
			span(1, 0, semconv.RoleWorkflow, "briefing", 0, 100),
			span(2, 1, semconv.RoleAgent, "planner", 0, 60),
			span(3, 1, semconv.RoleAgent, "writer", 60, 40),
			span(4, 3, semconv.RoleStep, "draft", 60, 30),
			span(5, 4, semconv.RoleTool, "search", 60, 5),
		},
		Calls: []ledger.Call{
			call(6, 2, "gpt-5", 0, 50, 1, 1, "0.0061"), // the planner has no step
			call(7, 4, "gpt-5", 66, 20, 1, 1, "0.0002"),
			call(8, 5, "gpt-5", 61, 2, 1, 1, "0.0001"),
		},
	})
	require.Equal(t, id(6), tree.MostExpensive.SpanID)
	require.Equal(t, "0.0061", tree.MostExpensive.Inclusive.Cost.String())
	require.Equal(t, id(6), tree.Slowest.SpanID)
}

func TestTree_InvalidUsageHasNoCost(t *testing.T) {
	bad := call(1, 0, "gpt-5", 0, 10, 5, 7, "")
	bad.Cost = ledger.Cost{Status: "invalid", Reason: "subset_exceeds_total"}
	tree := tracetree.Build(&ledger.Trace{Calls: []ledger.Call{bad}})
	require.Equal(t, tracetree.Figures{Calls: 1, Invalid: 1, Input: 5, Output: 7, Duration: 10 * time.Millisecond}, tree.Total)
	var out bytes.Buffer
	require.NoError(t, tree.WriteText(&out, tracetree.TextOptions{}))
	require.Contains(t, out.String(), "invalid subset_exceeds_total")
}

func TestTree_IsTheSameWhateverTheOrderOfRows(t *testing.T) {
	var want bytes.Buffer
	require.NoError(t, tracetree.Build(run()).WriteJSON(&want))
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		trace := run()
		random.Shuffle(len(trace.Spans), func(i, j int) { trace.Spans[i], trace.Spans[j] = trace.Spans[j], trace.Spans[i] })
		random.Shuffle(len(trace.Calls), func(i, j int) { trace.Calls[i], trace.Calls[j] = trace.Calls[j], trace.Calls[i] })
		var got bytes.Buffer
		require.NoError(t, tracetree.Build(trace).WriteJSON(&got))
		require.Equal(t, want.String(), got.String())
	}
}

func TestTree_AVeryDeepRunStaysReadable(t *testing.T) {
	var trace ledger.Trace
	for n := 1; n <= 10_000; n++ {
		trace.Spans = append(trace.Spans, span(n, n-1, semconv.RoleAgent, "again", n, 20_000-2*n))
	}
	tree := tracetree.Build(&trace)
	for name, write := range map[string]func(io.Writer) error{
		"text":    func(w io.Writer) error { return tree.WriteText(w, tracetree.TextOptions{}) },
		"json":    tree.WriteJSON,
		"mermaid": tree.WriteMermaid,
	} {
		var out bytes.Buffer
		require.NoError(t, write(&out))
		require.Less(t, out.Len(), 20<<20, name)
		if name == "text" {
			require.Contains(t, out.String(), "(level 9999) agent again")
		}
	}
}

// FuzzBuild reads a run out of bytes, three a row: id, parent, start and role.
// No row may be lost or counted twice, circles or not.
func FuzzBuild(f *testing.F) {
	f.Add([]byte{1, 0, 0, 2, 1, 9})
	f.Add([]byte{1, 1, 0})                            // its own parent
	f.Add([]byte{1, 2, 0, 2, 3, 1, 3, 1, 2, 4, 2, 5}) // a circle and a branch off it
	f.Add([]byte{1, 0, 0, 1, 0, 5, 2, 1, 8, 9, 7, 3}) // one id twice, a parent no one has
	f.Add([]byte{1, 0, 0x20, 1, 0, 0x80})             // a step and a call of one id
	f.Fuzz(func(t *testing.T, data []byte) {
		roles := []string{semconv.RoleAgent, semconv.RoleStep, semconv.RoleTool, "", semconv.RoleLLM}
		var trace ledger.Trace
		rows := 0
		for ; len(data) >= 3; data = data[3:] {
			rows++
			n, parent, start, role := int(data[0]), int(data[1]), int(data[2]&0x1f), roles[int(data[2]>>5)%len(roles)]
			if role == semconv.RoleLLM {
				trace.Calls = append(trace.Calls, call(n, parent, "m", start, n%7, 3, 1, "0.25"))
			} else {
				trace.Spans = append(trace.Spans, span(n, parent, role, "x", start, 20-n%23))
			}
		}
		tree := tracetree.Build(&trace)
		seen := map[*tracetree.Node]bool{}
		walk(tree, func(n *tracetree.Node) {
			require.False(t, seen[n], "a node in two places")
			seen[n] = true
		})
		require.Len(t, seen, rows)
		require.Equal(t, int64(len(trace.Calls)), tree.Total.Calls)
		require.Equal(t, int64(3*len(trace.Calls)), tree.Total.Input)
		var out bytes.Buffer
		require.NoError(t, tree.WriteText(&out, tracetree.TextOptions{}))
		require.NoError(t, tree.WriteMermaid(&out))
		out.Reset()
		require.NoError(t, tree.WriteJSON(&out))
		require.True(t, json.Valid(out.Bytes()))
	})
}
