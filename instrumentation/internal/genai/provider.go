package genai

import (
	"net/http"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Provider describes one vendor.
type Provider struct {
	// Name is the value of gen_ai.provider.name.
	Name string
	// Match says whether a host is the vendor's. The host is in lower case, the
	// port empty where it is the scheme's own. It is called for every request
	// through the transport.
	Match func(host, port string) bool
	// Route finds the API a path belongs to, nil where it is no LLM call, and
	// the model where the path names it.
	Route func(method, path string) (api *API, model string)
	// Region finds the cloud region in the address; nil where there is none.
	Region func(host, path string) string
	// Headers names the response headers that are recorded.
	Headers Headers
	// ReadHeaders takes more out of the response headers; may be nil.
	ReadHeaders func(http.Header, *Response)
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
	// API is what the call behind a result went to.
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
