package pricing

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Call holds what pricing needs to know of one LLM call.
type Call struct {
	// Provider is gen_ai.provider.name or any alias of a catalogue provider.
	Provider string
	// RequestModel is the model asked for, ResponseModel the one that
	// answered. The latter wins when present.
	RequestModel  string
	ResponseModel string
	// Start is the instant the call is priced at.
	Start time.Time
	// Duration is the wall time of the call; only models billed by GPU time
	// need it.
	Duration time.Duration

	Usage usage.Counts
	// NoUsage says that the vendor's answer carried no usage at all, which is
	// not the same as usage of zero.
	NoUsage bool
	// Failed says that the vendor answered with an error status, or that the
	// call never reached it. No vendor bills such a call, so without usage it
	// costs nothing.
	Failed bool

	// ServedTier is the service tier the vendor says it used, RequestedTier
	// the one asked for. The requested tier counts only when the served one is
	// absent, and is then flagged.
	ServedTier    string
	RequestedTier string
	// Speed is the served speed: standard or fast.
	Speed string
	// InferenceGeo is where the vendor says inference ran: us, global.
	InferenceGeo string
	// DataResidency is the residency zone of the endpoint: eu, us. When empty
	// it is read from ServerAddress for vendors with zone hosts.
	DataResidency string
	// Region is the region or deployment zone of the endpoint that served the
	// call, never the region the application runs in.
	Region string
	// ServerAddress is the host the call went to. It keeps calls to a model
	// server of your own from being billed at a vendor's price.
	ServerAddress string
	// VendorCost is the cost of the call by the vendor's answer, in USD; nil
	// when it says nothing.
	VendorCost *udecimal.Decimal
	// VendorCostFinal says that VendorCost was read off a whole answer, where 0
	// means no charge. Telemetry and the head of a stream have 0 also where
	// the price is not known.
	VendorCostFinal bool
	// Refused says that the model refused to answer, by its finish reason.
	// Some vendors do not bill a refusal without output.
	Refused bool
	// TotalUnexplained says that the emitter's total of tokens has some that are
	// in no count: the bill may be short of them.
	TotalUnexplained bool
	// SearchContextSize is low, medium or high, for vendors whose request fee
	// depends on it.
	SearchContextSize string
}

// Model is the model id the call is priced by.
func (c *Call) Model() string {
	if c.ResponseModel != "" {
		return c.ResponseModel
	}
	return c.RequestModel
}
