package gemini

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// resultsFile is the download of a file, which may hold the results of a batch.
var resultsFile = &genai.API{
	Operation: semconv.OperationFetchResponse,
	Results: &genai.Results{
		Batch: lastName,
		Maybe: true,
		Line:  genai.Format[genai.Response]{Shape: fileShape, New: newResult},
		API:   apiOf,
	},
}

// batch is a look at a batch, which holds the results of one that has ended if
// its requests were part of the order.
var batch = &genai.API{
	Operation: semconv.OperationFetchResponse,
	Results: &genai.Results{
		Batch: lastName,
		Maybe: true, // it may still run
		Line:  genai.Format[genai.Response]{Shape: batchShape, New: newResult},
		Items: []jsonscan.Field{respInlined, respInlinedAgain},
		API:   apiOf,
	},
}

// fetch finds what is downloaded by .../batches/{batch} or
// .../files/{file}:download.
func fetch(path string) *genai.API {
	switch {
	case strings.Contains(path, "/files/") && strings.HasSuffix(path, ":download"):
		return resultsFile
	case strings.Contains(path, "/batches/") && !strings.Contains(lastName(path), ":"):
		return batch
	default:
		return nil
	}
}

func lastName(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ":download")
}

// embedding is the kind of result that is none of generated content.
const embedding = "embedding"

// apiOf is the API whose answers are as that of a result.
func apiOf(r *genai.Response) *genai.API {
	if r.Object == embedding {
		return embed
	}
	return generate
}

// result reads one result of a batch.
type result struct {
	response
	again bool
}

func newResult(r *genai.Response) genai.Decoder { return &result{response: response{resp: r}} }

func (d *result) Begin(f jsonscan.Field) {
	switch f {
	case respInlinedAgain:
		d.again = true
	case respEmbedding:
		d.resp.Object = embedding
	default:
		d.response.Begin(f)
	}
}

// Settle says that the answer has the price of a batch. One that stands there
// again is known by its id; without one it counts for nothing.
func (d *result) Settle() {
	d.response.Settle()
	d.resp.ServiceTier = genai.TierBatch
	if d.again && d.resp.ID == "" {
		d.resp.Usage = genai.Usage{}
	}
}
