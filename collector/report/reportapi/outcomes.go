package reportapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/outcomes"
)

// OutcomesPath lists what outcomes are recorded, and takes statements about outcomes.
const OutcomesPath = Root + outcomesEndpoint

const outcomesEndpoint = "outcomes"

// Bounds of one request.
const (
	maxOutcomes     = 10_000
	maxOutcomeBytes = 8 << 20
)

// WithOutcomes takes statements about outcomes at OutcomesPath and hands them to write.
// The default, nil, is that none are taken.
func WithOutcomes(write func(context.Context, []ledger.Result) error) Option {
	return optionFunc(func(c *config) { c.outcomes = write })
}

type recordedOutcomes struct {
	Outcomes []recordedOutcome `json:"outcomes"`
}

type recordedOutcome struct {
	Name     string `json:"name"`
	Recorded int64  `json:"recorded"`
	Accepted int64  `json:"accepted"`
}

// askOutcomes lists the names of the outcomes of a period, the most recorded first.
func askOutcomes(ctx context.Context, in *request) (any, error) {
	found, err := in.reader.Results(ctx, ledger.ResultQuery{
		Kind: ledger.ResultOutcome, From: in.period.From, Until: in.period.Until, Zone: in.period.Zone, Where: in.where,
	})
	if err != nil && !errors.Is(err, ledger.ErrNoSchema) {
		return nil, fmt.Errorf("read the outcomes: %w", err)
	}
	out := recordedOutcomes{Outcomes: []recordedOutcome{}}
	for i := range found {
		out.Outcomes = append(out.Outcomes, recordedOutcome{found[i].Name, found[i].Results, found[i].Passed})
	}
	rowsort.StableFunc(out.Outcomes, func(a, b recordedOutcome) int { return cmp.Compare(b.Recorded, a.Recorded) })
	return out, nil
}

// takeOutcomes stores all statements of a request, or none.
func (c *config) takeOutcomes(w http.ResponseWriter, r *http.Request) {
	// A page of another site can send a form, or plain text, but no JSON.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		apierror.Refuse(w, http.StatusUnsupportedMediaType, fmt.Errorf("content type %q: expected application/json", r.Header.Get("Content-Type")))
		return
	}
	if err := checkQuery(r); err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	statements, err := readOutcomes(http.MaxBytesReader(w, r.Body, maxOutcomeBytes))
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	results, err := outcomes.Results(statements, time.Now())
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	if err := c.outcomes(r.Context(), results); err != nil {
		apierror.Answer(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]int{"stored": len(results)})
}

// readOutcomes reads the body of a request; errors name the outcome and its field.
func readOutcomes(body io.Reader) ([]outcomes.Statement, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			err = fmt.Errorf("has more than %d bytes: send fewer outcomes at a time", maxOutcomeBytes)
		}
		return nil, fmt.Errorf("body: %w", err)
	}
	var list struct {
		Outcomes []json.RawMessage `json:"outcomes"`
	}
	if err := decode(text, &list, "outcomes"); err != nil {
		return nil, fmt.Errorf(`body: %w: expected {"outcomes": [...]}`, err)
	}
	if n := len(list.Outcomes); n == 0 || n > maxOutcomes {
		return nil, fmt.Errorf("outcomes: %d given, expected 1 to %d", n, maxOutcomes)
	}
	statements := make([]outcomes.Statement, len(list.Outcomes))
	for i, one := range list.Outcomes {
		if err := decode(one, &statements[i], outcomes.Columns...); err != nil {
			return nil, fmt.Errorf("outcome %d: %w", i+1, err)
		}
	}
	return statements, nil
}

// decode reads one JSON value and nothing after it, and refuses unknown keys. Errors
// name the key and what is expected, and no Go type.
func decode(text []byte, into any, known ...string) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return wrongType(wrong)
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		return fmt.Errorf("time %q: expected a time such as 2026-11-02T15:04:05Z", wrong.Value)
	}
	if errors.Is(err, io.EOF) {
		return errors.New("is empty")
	}
	if err != nil {
		if key, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
			return fmt.Errorf("key %s is not known: use %s", key, strings.Join(known, ", "))
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has more than one value")
	}
	return nil
}

// wrongType names the key of a value, and the kind that it has in JSON.
func wrongType(wrong *json.UnmarshalTypeError) error {
	kind, _, _ := strings.Cut(wrong.Value, " ") // a number is repeated after its kind
	switch kind {
	case "bool":
		kind = "true or false"
	case "array", "object":
		kind = "an " + kind
	default:
		kind = "a " + kind
	}
	if wrong.Field == "" {
		return errors.New("is " + kind)
	}
	expected := "a string"
	switch wrong.Type.Kind() {
	case reflect.Bool:
		expected = "true or false"
	case reflect.Slice:
		expected = "a list"
	}
	return fmt.Errorf("%s is %s: expected %s", wrong.Field, kind, expected)
}
