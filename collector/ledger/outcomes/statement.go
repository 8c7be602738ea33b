package outcomes

import (
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Statement says that an outcome was reached, or not. It is about one of a trace, a
// conversation and the calls with a tag.
type Statement struct {
	Name         string    `json:"name"`
	Accepted     *bool     `json:"accepted,omitempty"` // nil = true
	Value        *Value    `json:"value,omitempty"`
	Time         time.Time `json:"time,omitzero"` // zero = now
	Trace        string    `json:"trace_id,omitempty"`
	Conversation string    `json:"conversation_id,omitempty"`
	TagKey       string    `json:"tag_key,omitempty"`
	TagValue     string    `json:"tag_value,omitempty"`
	ID           string    `json:"id,omitempty"` // distinguishes outcomes of one name about the same thing
}

// Result is the statement as the ledger keeps it.
func (s *Statement) Result(now time.Time) (ledger.Result, error) {
	r := ledger.Result{
		Kind: ledger.ResultOutcome, Name: s.Name, Accepted: s.Accepted == nil || *s.Accepted, Time: s.Time.UTC(),
		ConversationID: s.Conversation, TagKey: s.TagKey, TagValue: s.TagValue, Received: now.UTC().Truncate(time.Microsecond),
	}
	if s.Value != nil {
		r.Value = &s.Value.Decimal
	}
	if s.Time.IsZero() {
		r.Time = now.UTC()
	}
	if err := s.checkTexts(); err != nil {
		return r, err
	}
	about := 0
	if s.Trace != "" {
		about++
		var err error
		if r.TraceID, err = ledger.ParseTraceID(s.Trace); err != nil {
			return r, err
		}
		if r.TraceID.IsZero() {
			return r, fmt.Errorf("trace_id %q: no trace has this id", s.Trace)
		}
	}
	if s.Conversation != "" {
		about++
	}
	if s.TagKey != "" && s.TagValue != "" {
		about++
	}
	if about != 1 || (s.TagKey == "") != (s.TagValue == "") {
		return r, errors.New("expected one of trace_id, conversation_id, and tag_key with tag_value")
	}
	r.Identify(s.ID)
	var row *ledger.RowError
	if err := r.Check(); errors.As(err, &row) {
		return r, fmt.Errorf("%s: %s", row.Field, row.Reason)
	}
	return r, nil
}

// checkTexts reports the first text that a store cannot hold unchanged.
func (s *Statement) checkTexts() error {
	for _, field := range []struct {
		name, text string
		most       int
	}{
		{"name", s.Name, ledger.MaxTextBytes}, {"conversation_id", s.Conversation, ledger.MaxTextBytes}, {"id", s.ID, ledger.MaxTextBytes},
		{"tag_key", s.TagKey, ledger.MaxTagKeyBytes}, {"tag_value", s.TagValue, ledger.MaxTextBytes},
	} {
		switch {
		case len(field.text) > field.most:
			return fmt.Errorf("%s has %d bytes: expected at most %d", field.name, len(field.text), field.most)
		case !ledger.ValidText(field.text):
			return fmt.Errorf("%s %q: expected UTF-8 without a NUL byte", field.name, field.text)
		}
	}
	return nil
}

// Results are all statements as the ledger keeps them; the error names the first that
// it cannot keep.
func Results(statements []Statement, now time.Time) ([]ledger.Result, error) {
	results := make([]ledger.Result, len(statements))
	for i := range statements {
		var err error
		if results[i], err = statements[i].Result(now); err != nil {
			return nil, fmt.Errorf("outcome %d: %w", i+1, err)
		}
	}
	return results, nil
}
