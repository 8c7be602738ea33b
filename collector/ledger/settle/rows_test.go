package settle_test

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestOwn_KeepsNothingOfTheTextsThatANodeIsMadeOf(t *testing.T) {
	for _, claim := range []string{semconv.ClaimClient, "another"} {
		request := strings.Clone("resp-1" + claim)
		n := settle.Node{ResponseID: request[:6], Claim: request[6:]}
		settle.Own(&n)
		assert.Equal(t, settle.Node{ResponseID: "resp-1", Claim: claim}, n)
		assert.NotSame(t, unsafe.StringData(request), unsafe.StringData(n.ResponseID))
		assert.NotSame(t, unsafe.StringData(request[6:]), unsafe.StringData(n.Claim))
	}
}
