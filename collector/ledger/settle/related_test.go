package settle_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger/settle"
)

func TestRelated_NamesTheOtherSpansOfACall(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spans []span
		of    string
		want  map[string]settle.Relation
	}{
		{"a call seen once", []span{{name: "a", claim: "transport", in: 1}, {name: "b", claim: "transport", in: 2}}, "a", map[string]settle.Relation{}},
		{"a wrapper and the call in it", []span{{name: "a", claim: "framework", in: 1}, {name: "b", below: "a", claim: "transport", in: 1}}, "b",
			map[string]settle.Relation{"a": settle.Contains}},
		{"seen from the wrapper", []span{{name: "a", claim: "framework", in: 1}, {name: "b", below: "a", claim: "transport", in: 1}}, "a",
			map[string]settle.Relation{"b": settle.Contained}},
		{"a gateway reports the same response", []span{{name: "a", claim: "client", in: 1, response: "r"}, {name: "b", claim: "server", in: 1, response: "r"}}, "a",
			map[string]settle.Relation{"b": settle.SameResponse}},
		{"calls of one total are not related", []span{
			{name: "t", claim: "aggregate", in: 3}, {name: "a", below: "t", claim: "client", in: 1}, {name: "b", below: "t", claim: "client", in: 2},
		}, "a", map[string]settle.Relation{"t": settle.Contains}},
		{"a total is related to all of its calls", []span{
			{name: "t", claim: "aggregate", in: 3}, {name: "a", below: "t", claim: "client", in: 1}, {name: "b", below: "t", claim: "client", in: 2},
		}, "t", map[string]settle.Relation{"a": settle.Contained, "b": settle.Contained}},
		{"a span without a claim", []span{{name: "a"}, {name: "b", below: "a", claim: "client", in: 1}}, "a", map[string]settle.Relation{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, of := nodes(tt.spans), -1
			for i := range list {
				if list[i].Span == spanID(tt.of) {
					of = i
				}
			}
			got := map[string]settle.Relation{}
			for i, relation := range settle.Related(list, of) {
				got[strings.TrimRight(string(list[i].Span[:]), "\x00")] = relation
			}
			assert.Equal(t, tt.want, got)
		})
	}
}
