package genai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is one door to a vendor's models: the addresses that lead to it and
// what is spoken there. A vendor may have several.
type Provider struct {
	// Vendor is the company or product, as it writes its own name.
	Vendor string
	// Name is the value of gen_ai.provider.name.
	Name string
	// Hosts are patterns of host names in lower case, by the vendor's own rules
	// of naming: {region} means the region in a name, any other {word} for
	// what is not dots, * for one label or more, and {a,b} for a or b. A port is part of a host where the
	// door has one of its own. None where only the user knows the host.
	Hosts []string
	// Paths are texts of which a path has one, where several doors share a host;
	// none where every path belongs to the door.
	Paths []string
	// RegionAfter is the value that a path has before the region; empty where it has none.
	RegionAfter string
	// Speaks lists the protocols, in the order in which they are tried.
	Speaks []Protocol
	// Headers names the response headers that are recorded.
	Headers Headers
	// ReadHeaders takes more out of the response headers; may be nil.
	ReadHeaders func(http.Header, *Response)
}

// Protocol is a family of APIs in one format.
type Protocol struct {
	// Name is the format's, as documents call it.
	Name string
	// Route finds the API that a path belongs to, nil where it is no LLM call,
	// and the model where the path names it.
	Route Route
}

// Route finds an API by method and path.
type Route func(method, path string) (api *API, model string)

// Route finds the API that a path belongs to among the protocols of the door.
func (p *Provider) Route(method, path string) (api *API, model string) {
	if !p.has(path) {
		return nil, ""
	}
	for i := range p.Speaks {
		if api, model = p.Speaks[i].Route(method, path); api != nil {
			return api, model
		}
	}
	return nil, ""
}

func (p *Provider) has(path string) bool {
	for _, part := range p.Paths {
		if strings.Contains(path, part) {
			return true
		}
	}
	return len(p.Paths) == 0
}

// PathRegion is the cloud region in a path, empty where it names none.
func (p *Provider) PathRegion(path string) string {
	if p.RegionAfter == "" {
		return ""
	}
	_, rest, _ := strings.Cut(path, p.RegionAfter)
	region, _, _ := strings.Cut(rest, "/")
	return region
}

// Headers are the names, in canonical form, of response headers; empty where
// the vendor sends none.
type Headers struct {
	RequestID         string
	RemainingRequests string
	RemainingTokens   string
	Reset             string // seconds, a duration or a time
	Error             string // the code of a failure
}

// API is one endpoint of a vendor.
type API struct {
	// Type is the value of openai.api.type, empty for others.
	Type string
	// Operation is the value of gen_ai.operation.name.
	Operation string
	// Streams is set where the path alone says that the answer is a stream.
	Streams bool
	// StreamUsage is set where a stream reports usage only when the request
	// holds stream_options.include_usage.
	StreamUsage bool
	// JSONStream is set where a stream may come as one JSON array.
	JSONStream bool
	// Wrapped is set where the events of a stream hold the documents in base64
	// below the key "bytes".
	Wrapped bool

	// Results is set where the answer holds the results of a batch of calls.
	Results *Results

	// Made is the API that made what this one fetches; nil for others.
	Made *API

	Request  Format[Request]
	Response Format[Response]
	Stream   Format[Response] // one event; zero where the API does not stream

	// Reconcile completes what the answer reports by what the request asked
	// for; may be nil. It is called once, after both have settled.
	Reconcile func(*Request, *Response)

	// Content reads what was said; nil where that is not known.
	Content ReadContent
}

// Results describes an answer with the results of a batch.
type Results struct {
	// Batch is the vendor's name of what is fetched, out of the path.
	Batch func(path string) string
	// Maybe is set where the path alone does not tell such a file from others.
	Maybe bool
	// Line reads one result.
	Line Format[Response]
	// Items frame the results where one document holds them all; none where each
	// is a document.
	Items []jsonscan.Field
	// API is the one that the call behind a result went to.
	API func(*Response) *API
}

// Format reads one kind of document.
type Format[T any] struct {
	Shape *jsonscan.Shape
	New   func(*T) Decoder
}

// Decoder takes in the values of a document's shape, or those of all events of
// a stream.
type Decoder interface {
	jsonscan.Handler
	// Settle is called once, when no more will come, complete or not, and
	// turns the vendor's counts into the shared vocabulary.
	Settle()
}

// NewAPI is an endpoint of a vendor whose endpoints share their formats. Those that
// put out text may stream it.
func NewAPI(operation string, request Format[Request], response, stream Format[Response]) *API {
	api := &API{Operation: operation, Request: request, Response: response}
	switch operation {
	case semconv.OperationChat, semconv.OperationTextCompletion:
		api.Stream = stream
	}
	return api
}
