package bedrock

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// rerankShape is the request of a reranker; a document is a text or an object.
var rerankShape = jsonscan.Compile(jsonscan.Pieces("documents[]", reqDocument))

const reqDocument = genai.OwnMember

// rerankRequest counts the documents, which the answer does not.
type rerankRequest struct{ genai.RequestReader }

func newRerank(r *genai.Request) genai.Decoder { return &rerankRequest{genai.RequestReader{Req: r}} }

func (d *rerankRequest) Text(_ jsonscan.Field, _ []byte, last bool) {
	if last {
		d.Req.Documents++
	}
}

// documentsAQuery is how many documents a query may have: aws.amazon.com/bedrock/pricing,
// by which more of them are billed as several.
const documentsAQuery = 100

// countSearchUnits counts the queries that are billed.
func countSearchUnits(req *genai.Request, resp *genai.Response) {
	if req.Documents > 0 && resp.Complete && resp.ErrorCode == "" {
		resp.Usage.Set(usage.SearchUnits, (req.Documents+documentsAQuery-1)/documentsAQuery)
	}
}
