// Package provider lists the vendors whose APIs are known.
package provider

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
)

// All lists every provider; the order is that in which hosts are matched.
var All = []*genai.Provider{
	openai.Provider,
	anthropic.Provider,
}
