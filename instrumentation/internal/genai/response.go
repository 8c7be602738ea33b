package genai

// TierBatch is the service tier of a result that a batch has.
const TierBatch = "batch"

// Response holds what a vendor reports of a call. Empty means not reported.
type Response struct {
	ID                string
	Model             string // that answered
	FinishReasons     []string
	ServiceTier       string // as served
	SystemFingerprint string
	InferenceGeo      string // as served
	Speed             string // as served
	ConversationID    string
	ErrorCode         string // the vendor's code of a failure, low cardinality
	CacheTTL          string // of what was written to a cache: 30m, 12h
	Status            string // of a stored response that is fetched
	Object            string // what the vendor calls an answer of this kind, in the results of a batch
	VendorCost        string // decimal USD, the vendor's own claim

	// Background is set where the vendor works on after its answer: it reports
	// the usage to each later request for the response.
	Background bool
	// Fetched is the value that a response of that kind reports once it has ended; nil
	// where it was billed when it was made, or has not ended.
	Fetched *Response

	Usage Usage
	// AuxiliaryCalls are those that other models did for the answer, not part of Usage.
	AuxiliaryCalls []AuxiliaryCall

	// Complete is set once the vendor's own end of the answer has been read:
	// a stream that stops without it was cut.
	Complete bool
	// Chunks counts the events of a stream that carry output.
	Chunks int
	// OutputBytes is the size of the generated text, for estimates.
	OutputBytes int64
}

// AuxiliaryCall is the run of another model, at a price of its own, in the course of a
// call.
type AuxiliaryCall struct {
	Model string
	Usage Usage
}

// maxChoices bounds the choices that are recorded separately; vendors allow at most 128.
const maxChoices = 128

// SetFinishReason records why a choice ended. Positions without a reason yet
// hold "".
func (r *Response) SetFinishReason(choice int64, reason string) {
	if choice < 0 || choice >= maxChoices || reason == "" {
		return
	}
	for int64(len(r.FinishReasons)) <= choice {
		r.FinishReasons = append(r.FinishReasons, "")
	}
	r.FinishReasons[choice] = reason
}
