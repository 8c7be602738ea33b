package settle

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/durable"
	"github.com/spanledger/spanledger/collector/ledger"
)

// A pending file has a line for each row by which the rows that wait for the background are
// found: a process that is killed leaves them unsettled, and their batches are not written
// again.

// pendingRow is a line of the file.
type pendingRow struct {
	Trace    ledger.TraceID `json:"trace_id"`
	Span     ledger.SpanID  `json:"span_id"`
	Start    time.Time      `json:"start"`
	Claim    string         `json:"claim,omitempty"`
	Response string         `json:"response_id,omitempty"`
}

// keep writes the file, if there are rows that it does not have.
func (s *Settler) keep() error {
	if s.pending == "" {
		return nil
	}
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.mu.Lock()
	changed := s.unkept
	var rows []Node
	if changed {
		rows = slices.Clone(s.settling)
		for _, l := range s.large {
			for _, n := range l.seeds {
				rows = append(rows, n)
			}
		}
	}
	s.unkept = false
	s.mu.Unlock()
	if !changed {
		return nil
	}
	if err := writePending(s.pending, rows); err != nil {
		s.mu.Lock()
		s.unkept = true
		s.mu.Unlock()
		return fmt.Errorf("file of traces that are not settled yet: %w", err)
	}
	return nil
}

func writePending(path string, rows []Node) error {
	if len(rows) == 0 {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for i := range rows {
		n := &rows[i]
		if err := lines.Encode(pendingRow{n.Trace, n.Span, n.Start, n.Claim, n.ResponseID}); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	draft, err := os.OpenFile(path+".draft", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = draft.Write(text.Bytes())
	if err := errors.Join(err, draft.Close()); err != nil {
		return err
	}
	return durable.Replace(draft.Name(), path)
}

// recall reads what the process before did not settle.
func (s *Settler) recall() error {
	if s.pending == "" {
		return nil
	}
	file, err := os.Open(s.pending)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer file.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var row pendingRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("traces that are not settled yet: %s: %w (hint: spanledger repair --apply settles them)", s.pending, err)
		}
		n := Node{Trace: row.Trace, Span: row.Span, Start: row.Start, Claim: row.Claim, ResponseID: row.Response}
		j := joint{trace: n.Trace}
		if n.ResponseID != "" {
			j = joint{response: n.ResponseID}
		}
		if s.large[j] == nil {
			s.large[j] = &largeSet{seeds: make(map[int64]Node)}
		}
		s.large[j].see(&n)
	}
	return lines.Err()
}
