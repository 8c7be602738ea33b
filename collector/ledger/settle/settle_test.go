package settle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// span describes a node: its name is its id, below names its parent.
type span struct {
	name, below string
	claim       string
	response    string
	in, out     int64
	failed      bool
	trace       byte
}

func nodes(spans []span) []settle.Node {
	list := make([]settle.Node, len(spans))
	for i, s := range spans {
		list[i] = settle.Node{
			Trace: ledger.TraceID{1, s.trace}, Span: spanID(s.name), Parent: spanID(s.below), Start: time.Unix(int64(i), 0),
			Claim: s.claim, ResponseID: s.response, Input: s.in, Output: s.out, Counted: s.in+s.out > 0, Failed: s.failed,
		}
	}
	return list
}

func spanID(name string) (id ledger.SpanID) {
	copy(id[:], name)
	return id
}

func billed(list []settle.Node) []string {
	names := []string{}
	for i, b := range settle.Bill(list) {
		if b {
			names = append(names, strings.TrimRight(string(list[i].Span[:]), "\x00"))
		}
	}
	slices.Sort(names)
	return names
}

var cases = []struct {
	name  string
	spans []span
	want  []string
}{
	{"a call seen once is billed", []span{{name: "a", claim: "transport", in: 1}}, []string{"a"}},
	{"calls of one constant id, each around a gateway's side in its trace", []span{
		{name: "a", claim: "client", in: 1, response: "r"}, {name: "b", below: "a", claim: "server", in: 1, response: "r"},
		{name: "c", claim: "client", in: 1, response: "r", trace: 1}, {name: "d", below: "c", claim: "server", in: 1, response: "r", trace: 1},
		{name: "e", claim: "client", in: 1, response: "r", trace: 2}, {name: "f", below: "e", claim: "server", in: 1, response: "r", trace: 2},
	}, []string{"a", "c", "e"}},
	{"round trips of one constant id, each inside a framework's span", []span{
		{name: "a", claim: "framework", in: 1, response: "r"}, {name: "b", below: "a", claim: "transport", in: 1, response: "r"},
		{name: "c", claim: "framework", in: 1, response: "r"}, {name: "d", below: "c", claim: "transport", in: 1, response: "r"},
		{name: "e", claim: "framework", in: 1, response: "r"}, {name: "f", below: "e", claim: "transport", in: 1, response: "r"},
	}, []string{"b", "d", "f"}},
	{"spans without a claim are never billed", []span{{name: "a"}, {name: "b", below: "a"}}, []string{}},
	{"the innermost of nested spans is billed", []span{
		{name: "frame", claim: "framework", in: 5}, {name: "sdk", below: "frame", claim: "client", in: 5}, {name: "wire", below: "sdk", claim: "transport", in: 5},
	}, []string{"wire"}},
	{"nesting is seen through spans that claim nothing", []span{
		{name: "frame", claim: "framework", in: 5}, {name: "tool", below: "frame"}, {name: "http", below: "tool"}, {name: "wire", below: "http", claim: "transport", in: 5},
	}, []string{"wire"}},
	{"an agent's total yields to the calls below it", []span{
		{name: "agent", claim: "aggregate", in: 30}, {name: "step", below: "agent"},
		{name: "one", below: "step", claim: "client", in: 10}, {name: "two", below: "step", claim: "client", in: 20},
	}, []string{"one", "two"}},
	{"an agent's total is billed when nothing below it is", []span{
		{name: "agent", claim: "aggregate", in: 30}, {name: "tool", below: "agent"},
	}, []string{"agent"}},
	{"of nested totals the innermost is billed", []span{
		{name: "outer", claim: "aggregate", in: 30}, {name: "inner", below: "outer", claim: "aggregate", in: 30},
	}, []string{"inner"}},
	{"an agent's total is kept beside a failed attempt below it", []span{
		{name: "agent", claim: "aggregate", in: 30}, {name: "try", below: "agent", claim: "client", failed: true},
	}, []string{"agent", "try"}},
	{"a failed attempt and the one that worked are two calls", []span{
		{name: "sdk", claim: "client", response: "r", in: 9}, {name: "first", below: "sdk", claim: "transport", failed: true},
		{name: "second", below: "sdk", claim: "transport", response: "r", in: 9},
	}, []string{"first", "second"}},
	{"a stream whose usage only the framework knows is billed there", []span{
		{name: "frame", claim: "framework", in: 9}, {name: "wire", below: "frame", claim: "transport"},
	}, []string{"frame"}},
	{"a call without usage beside one with usage stays a call", []span{
		{name: "frame", claim: "framework", in: 9}, {name: "with", below: "frame", claim: "transport", in: 9}, {name: "none", below: "frame", claim: "transport"},
	}, []string{"none", "with"}},
	{"the client is billed rather than the gateway it called", []span{
		{name: "client", claim: "client", response: "r", in: 9}, {name: "gate", below: "client", claim: "server", response: "r", in: 9},
	}, []string{"client"}},
	{"the client is billed even when the gateway gives an id of its own", []span{
		{name: "client", claim: "client", response: "r1", in: 9}, {name: "gate", below: "client", claim: "server", response: "r2", in: 9},
	}, []string{"client"}},
	{"a gateway is billed when nobody else saw the call", []span{{name: "gate", claim: "server", in: 9}}, []string{"gate"}},
	{"a vendor's side with a span for each model run is billed once", []span{
		{name: "wire", claim: "transport", response: "r", in: 9}, {name: "api", below: "wire", claim: "server", response: "r", in: 9},
		{name: "run", below: "api", claim: "server", in: 9},
	}, []string{"wire"}},
	{"two instrumentations of one SDK that are not nested are one call", []span{
		{name: "root"}, {name: "a", below: "root", claim: "client", response: "r", in: 9, out: 2}, {name: "b", below: "root", claim: "framework", response: "r", in: 9, out: 2},
	}, []string{"a"}},
	{"a log record and a span of one request are one call, in whatever trace", []span{
		{name: "span", claim: "client", response: "req_1", in: 9}, {name: "log", claim: "log", response: "req_1", in: 9, trace: 7},
	}, []string{"span"}},
	{"a command line agent's record is billed before its span, which says less", []span{
		{name: "span", claim: "summary", response: "r", in: 9, out: 2}, {name: "log", claim: "log", response: "r", in: 9, out: 5, trace: 7},
	}, []string{"log"}},
	{"a record inside its span", []span{
		{name: "span", claim: "summary", in: 9, out: 2}, {name: "log", below: "span", claim: "log", in: 9, out: 5},
	}, []string{"log"}},
	{"a command line agent's span is billed where its record is missing", []span{
		{name: "agent"}, {name: "span", below: "agent", claim: "summary", response: "r", in: 9, out: 2},
	}, []string{"span"}},
	{"two traces with one response id are two calls", []span{
		{name: "a", claim: "client", response: "r", in: 9}, {name: "b", claim: "framework", response: "r", in: 9, trace: 7},
	}, []string{"a", "b"}},
	{"two round trips with one response id are two calls", []span{
		{name: "a", claim: "transport", response: "chatcmpl-1", in: 9}, {name: "b", claim: "transport", response: "chatcmpl-1", in: 9},
	}, []string{"a", "b"}},
	{"a server's constant id does not merge calls of different size", []span{
		{name: "a", claim: "client", response: "0", in: 9}, {name: "b", claim: "client", response: "0", in: 10},
	}, []string{"a", "b"}},
	{"the result of a batch that is downloaded again is billed where it was downloaded first", []span{
		{name: "first", claim: "batch", response: "msg_1", in: 9}, {name: "again", claim: "batch", response: "msg_1", in: 9, trace: 7}, {name: "once more", claim: "batch", response: "msg_1", in: 9, trace: 8},
		{name: "other", claim: "batch", response: "msg_2", in: 9, trace: 7},
	}, []string{"first", "other"}},
	{"an agent's total yields to results that were billed elsewhere", []span{
		{name: "first", claim: "batch", response: "msg_1", in: 9}, {name: "agent", claim: "aggregate", in: 9, trace: 7}, {name: "again", below: "agent", claim: "batch", response: "msg_1", in: 9, trace: 7},
	}, []string{"first"}},
	{"a server's constant id does not merge results of a different size", []span{
		{name: "a", claim: "batch", response: "0", in: 9}, {name: "b", claim: "batch", response: "0", in: 10},
	}, []string{"a", "b"}},
	{"a result and a round trip with its id are two calls", []span{
		{name: "a", claim: "batch", response: "0", in: 9}, {name: "b", claim: "transport", response: "0", in: 9},
	}, []string{"a", "b"}},
	{"a result without an id is a call of its own", []span{
		{name: "a", claim: "batch", in: 9}, {name: "b", claim: "batch", in: 9, trace: 7},
	}, []string{"a", "b"}},
	{"a framework's span goes with the round trip that has its counts", []span{
		{name: "a", claim: "transport", response: "0", in: 9}, {name: "b", claim: "transport", response: "0", in: 10}, {name: "f", claim: "framework", response: "0", in: 10},
	}, []string{"a", "b"}},
	{"a run polled twice is billed once", []span{
		{name: "root"}, {name: "poll", below: "root", claim: "aggregate", response: "run_1", in: 9}, {name: "again", below: "root", claim: "aggregate", response: "run_1", in: 9},
	}, []string{"again"}},
	{"an agent's total that names its last call's id still yields to its calls", []span{
		{name: "agent", claim: "aggregate", response: "r2", in: 9}, {name: "one", below: "agent", claim: "client", response: "r1", in: 4}, {name: "two", below: "agent", claim: "client", response: "r2", in: 5},
	}, []string{"one", "two"}},
	{"spans that yield to each other in a circle are billed once", []span{
		{name: "sdk", claim: "client", response: "r", in: 9}, {name: "proxy", below: "sdk", claim: "framework", in: 9}, {name: "gate", below: "proxy", claim: "framework", response: "r", in: 9},
	}, []string{"sdk"}},
	{"a circle of parents is no endless walk", []span{
		{name: "a", below: "b", claim: "client", in: 1}, {name: "b", below: "a", claim: "client", in: 1},
	}, nil},
	{"a span that is its own parent is billed", []span{{name: "a", below: "a", claim: "client", in: 1}}, []string{"a"}},
	{"a missing parent leaves what is known", []span{
		{name: "frame", claim: "framework", in: 9}, {name: "wire", below: "lost", claim: "transport", in: 9},
	}, []string{"frame", "wire"}},
	{"a span delivered twice is billed once", []span{
		{name: "a", claim: "client", in: 1}, {name: "a", claim: "client", in: 1},
	}, []string{"a"}},
}

func TestBill(t *testing.T) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got := billed(nodes(tt.spans))
			if tt.want == nil {
				assert.Len(t, got, 1)
				return
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestSettle_OrderNeverMatters bills every case in every order, or in a thousand
// random ones where there are too many.
func TestSettle_OrderNeverMatters(t *testing.T) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			list := nodes(tt.spans)
			want := billed(list)
			permute(list, func(order []settle.Node) {
				assert.Equal(t, want, billed(order))
			})
		})
	}
}

func permute(list []settle.Node, try func([]settle.Node)) {
	if len(list) > 5 {
		r := rand.New(rand.NewPCG(1, 2))
		for range 1000 {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			try(list)
		}
		return
	}
	var each func(int)
	each = func(n int) {
		if n == len(list) {
			try(list)
			return
		}
		for i := n; i < len(list); i++ {
			list[n], list[i] = list[i], list[n]
			each(n + 1)
			list[n], list[i] = list[i], list[n]
		}
	}
	each(0)
}

// random builds a trace of random shape.
func random(r *rand.Rand, size int) []settle.Node {
	claims := []string{"", "transport", "batch", "client", "framework", "log", "server", "aggregate"}
	spans := make([]span, size)
	for i := range spans {
		s := span{name: string(rune('A' + i)), claim: claims[r.IntN(len(claims))], failed: r.IntN(8) == 0}
		if i > 0 && r.IntN(5) > 0 {
			s.below = string(rune('A' + r.IntN(i)))
		}
		if r.IntN(3) > 0 {
			s.in = int64(1 + r.IntN(3))
		}
		if r.IntN(2) == 0 {
			s.response = string(rune('r' + r.IntN(3)))
		}
		spans[i] = s
	}
	return nodes(spans)
}

func TestSettle_AnyTraceIsBilledAlikeInAnyOrderAndNeverLost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		list := random(r, 1+r.IntN(12))
		want := billed(list)
		claimed := slices.ContainsFunc(list, func(n settle.Node) bool { return n.Claim != "" })
		assert.Equal(t, claimed, len(want) > 0, "a trace with a claim has a bill")
		for range 5 {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			if !assert.Equal(t, want, billed(list)) {
				return
			}
		}
	}
}

func TestSettle_ALongChainIsSettled(t *testing.T) {
	list := make([]settle.Node, 20_000)
	for i := range list {
		list[i] = settle.Node{Trace: ledger.TraceID{1}, Span: chainID(i + 1), Claim: "framework", Counted: true, Input: 1}
		if i > 0 {
			list[i].Parent = chainID(i)
		}
	}
	verdict := settle.Bill(list)
	assert.True(t, verdict[len(verdict)-1])
	assert.NotContains(t, verdict[:len(verdict)-1], true)
}

func chainID(i int) ledger.SpanID {
	return ledger.SpanID{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
}

func BenchmarkBill(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	list := random(r, 20)
	b.ReportAllocs()
	for b.Loop() {
		settle.Bill(list)
	}
}

// BenchmarkBill_ConstantIDs settles spans that all carry one response id, as servers
// that give no ids of their own send.
func BenchmarkBill_ConstantIDs(b *testing.B) {
	for name, node := range map[string]func(i int) settle.Node{
		"other counts, one trace": func(i int) settle.Node {
			return settle.Node{Trace: ledger.TraceID{1}, Claim: "client", Input: int64(i + 1)}
		},
		"equal counts, one trace": func(int) settle.Node {
			return settle.Node{Trace: ledger.TraceID{1}, Claim: "client", Input: 1}
		},
		"a gateway around calls in many traces": func(i int) settle.Node {
			n := settle.Node{Trace: ledger.TraceID{byte(i >> 17), byte(i >> 9), byte(i >> 1)}, Claim: "client", Input: 1}
			if i%2 == 1 {
				n.Claim, n.Parent = "server", chainID(i)
			}
			return n
		},
		"gateways in many traces, other counts": func(i int) settle.Node {
			return settle.Node{Trace: ledger.TraceID{byte(i >> 16), byte(i >> 8), byte(i)}, Claim: "server", Input: int64(i + 1)}
		},
	} {
		for _, n := range []int{1000, 4000, 16_000} {
			b.Run(fmt.Sprintf("%s, %d spans", name, n), func(b *testing.B) {
				list := make([]settle.Node, n)
				for i := range list {
					list[i] = node(i)
					list[i].Span, list[i].ResponseID, list[i].Counted, list[i].Start = chainID(i+1), "chatcmpl-0", true, time.Unix(int64(i), 0)
				}
				for b.Loop() {
					settle.Bill(list)
				}
			})
		}
	}
}
