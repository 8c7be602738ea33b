package outcomes

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Columns of a CSV file, in any order; all but name may be missing.
var Columns = []string{"name", "accepted", "value", "time", "trace_id", "conversation_id", "tag_key", "tag_value", "id"}

// ReadCSV reads statements from a file whose first line names its columns. The error
// names the first line that the ledger cannot keep.
func ReadCSV(r io.Reader) ([]Statement, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	// Spreadsheets begin a file with a byte order mark.
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: expected a first line such as name,trace_id,accepted")
	}
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		switch {
		case !slices.Contains(Columns, header[i]):
			return nil, fmt.Errorf("column %q is not known: use %s, separated by commas", name, strings.Join(Columns, ", "))
		case slices.Contains(header[:i], header[i]):
			return nil, fmt.Errorf("column %q appears twice: remove one", header[i])
		}
	}
	now := time.Now()
	var statements []Statement
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return statements, nil
		}
		if err != nil {
			return nil, err
		}
		var s Statement
		for i, text := range record {
			if err := s.set(header[i], strings.TrimSpace(text)); err != nil {
				line, _ := lines.FieldPos(i)
				return nil, fmt.Errorf("line %d: %s %q: %w", line, header[i], text, err)
			}
		}
		if _, err := s.Result(now); err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		statements = append(statements, s)
	}
}

// set takes the text of a column; an empty one says nothing.
func (s *Statement) set(column, text string) (err error) {
	if text == "" {
		return nil
	}
	switch column {
	case "name":
		s.Name = text
	case "accepted":
		accepted, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return errors.New("expected true or false")
		}
		s.Accepted = &accepted
	case "value":
		if s.Value, err = parseValue(text); err != nil {
			return err
		}
	case "time":
		if s.Time, err = time.Parse(time.RFC3339, text); err != nil {
			return errors.New("expected a time such as 2026-11-02T15:04:05Z")
		}
	case "trace_id":
		s.Trace = text
	case "conversation_id":
		s.Conversation = text
	case "tag_key":
		s.TagKey = text
	case "tag_value":
		s.TagValue = text
	case "id":
		s.ID = text
	}
	return nil
}
