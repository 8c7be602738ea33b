package mistral

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Members of requests that only this vendor has.
const (
	reqDocumentAnnotation = genai.OwnMember + iota
	reqBoxAnnotation
)

var requestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Each("document_annotation_format", reqDocumentAnnotation),
	jsonscan.Each("bbox_annotation_format", reqBoxAnnotation),
)

// Fields of a document that was read.
const (
	respModel jsonscan.Field = iota + 1
)

var responseShape = jsonscan.Compile(
	jsonscan.Scalar("model", respModel),
	jsonscan.Scalar("usage_info.pages_processed", genai.Counted(usage.Pages)),
)
