package explain

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Reason is a reason of pricing in words.
type Reason struct {
	Text string
	Fix  string
}

// periodMark is the place of the flags that select the period of the calls.
const periodMark = "{period}"

const (
	ownPrices = "upgrade, or add the model to your own price file (`up --price-file`, or price_file of genai_cost), under the provider of the call. Then price the stored calls: `spanledger prices reprice " + periodMark + " --price-file FILE --apply`, with the same --gateway and --self-hosted as the collector"
	sender    = "upgrade the instrumentation of the sender, and check that it reports the usage of the vendor's answer"
)

// reasons in words.
var reasons = map[pricing.Reason]Reason{
	pricing.UnknownProvider:   {"The catalogue has no such provider; _OTHER is a host that belongs to no known vendor.", "set gen_ai.provider.name to the vendor that bills. Otherwise " + ownPrices},
	pricing.UnknownModel:      {"The catalogue has no model with this id. Ids must match exactly.", ownPrices},
	pricing.NoModel:           {"The call names no model.", "set gen_ai.request.model, or gen_ai.response.model"},
	pricing.OpaqueARN:         {"The ARN does not name a model.", "name the model of the inference profile in your own price file"},
	pricing.SelfHosted:        {"The call went to a private server, and the model may run on your own hardware.", "if the host is a gateway to the vendor, name it in gateways of genai_cost (`up --gateway`, SPANLEDGER_GATEWAYS). Otherwise add a price for the model to your own price file, under the provider of the call (0 if it is free)"},
	pricing.RegionUnknown:     {"The price depends on the region, which the call does not name.", "set cloud.region, or the region of the endpoint"},
	pricing.RegionNotListed:   {"The catalogue has no price for this region.", ownPrices},
	pricing.NoPeriod:          {"The catalogue has no price at the time of the call.", "check the clock of the sender. Otherwise " + ownPrices},
	pricing.NoMode:            {"The catalogue has no price for the service tier or speed that was served.", ownPrices},
	pricing.NoLongContextRate: {"The catalogue has no rate for a prompt this long.", ownPrices},
	pricing.NoRate:            {"A part of the usage has no rate.", ownPrices},
	pricing.UsageMissing:      {"The call reports no usage.", "for streams, request usage from the vendor (stream_options.include_usage). Otherwise " + sender},
	pricing.QuantityUnknown:   {"The call has no count of the billed unit.", sender},
	pricing.NegativeUsage:     {"A count of the usage is below zero.", sender},
	pricing.SubsetTooBig:      {"A part of the usage is larger than its whole.", sender},
	pricing.UsageTooLarge:     {"A count of the usage is larger than any call uses (1,099,511,627,776; billionths of AI credits 1,125,899,906,842,624).", sender},
	pricing.MalformedUsage:    {"A count of the usage is not a whole number.", sender},
}

// Why returns the text and the fix of a pricing reason; period has the flags that select
// the calls on the command line. A reason that this version does not know is returned as
// it is.
func Why(reason, period string) Reason {
	if known, ok := reasons[pricing.Reason(reason)]; ok {
		known.Fix = strings.ReplaceAll(known.Fix, periodMark, period)
		return known
	}
	if reason == "" {
		return Reason{}
	}
	return Reason{Text: "Reason of pricing: " + reason + ".", Fix: "see docs/runbooks/unpriced-model.md"}
}
