// Package deadletter keeps, in a file of JSON lines, the spans and log records
// that no store can hold and the items of the queue that cannot be read, each
// with the reason, so that none is lost silently.
package deadletter

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Letter is one line of the file.
type Letter struct {
	Time    time.Time `json:"time"` // of the refusal, UTC
	Reason  string    `json:"reason"`
	TraceID string    `json:"trace_id"`
	SpanID  string    `json:"span_id"`
	// One of them, as OTLP JSON, with its resource and scope.
	Span json.RawMessage `json:"span,omitempty"`
	Log  json.RawMessage `json:"log,omitempty"`
	// Item is, in place of either, what stood in the queue of the exporter.
	Item []byte `json:"queue_item,omitempty"`
}

// NewLetter wraps one span with what stands around it.
func NewLetter(reason error, resource ptrace.ResourceSpans, scope ptrace.ScopeSpans, span ptrace.Span) Letter {
	td := ptrace.NewTraces()
	r := td.ResourceSpans().AppendEmpty()
	resource.Resource().CopyTo(r.Resource())
	r.SetSchemaUrl(resource.SchemaUrl())
	s := r.ScopeSpans().AppendEmpty()
	scope.Scope().CopyTo(s.Scope())
	s.SetSchemaUrl(scope.SchemaUrl())
	span.CopyTo(s.Spans().AppendEmpty())
	return Letter{
		Time:    time.Now().UTC(),
		Reason:  reason.Error(),
		TraceID: span.TraceID().String(),
		SpanID:  span.SpanID().String(),
		Span:    representable((&ptrace.JSONMarshaler{}).MarshalTraces(td)),
	}
}

// NewLogLetter wraps one log record with what stands around it.
func NewLogLetter(reason error, resource plog.ResourceLogs, scope plog.ScopeLogs, record plog.LogRecord) Letter {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty()
	resource.Resource().CopyTo(r.Resource())
	r.SetSchemaUrl(resource.SchemaUrl())
	s := r.ScopeLogs().AppendEmpty()
	scope.Scope().CopyTo(s.Scope())
	s.SetSchemaUrl(scope.SchemaUrl())
	record.CopyTo(s.LogRecords().AppendEmpty())
	return Letter{
		Time:    time.Now().UTC(),
		Reason:  reason.Error(),
		TraceID: record.TraceID().String(),
		SpanID:  record.SpanID().String(),
		Log:     representable((&plog.JSONMarshaler{}).MarshalLogs(ld)),
	}
}

// representable is the JSON, else a text that says why there is none.
func representable(body []byte, err error) json.RawMessage {
	if err != nil {
		body, _ = json.Marshal(fmt.Sprintf("not representable: %v", err)) // a string always is
	}
	return body
}

// NewItem wraps an item of the queue.
func NewItem(reason error, item []byte) Letter {
	return Letter{Time: time.Now().UTC(), Reason: reason.Error(), Item: item}
}

// Line is the letter as it is in the file, without the end of the line.
func (l Letter) Line() string {
	line, err := json.Marshal(l)
	if err != nil {
		l.Span, l.Log = nil, nil // the fields that need not be JSON
		line, _ = json.Marshal(l)
	}
	return string(line)
}

// Parse reads a Line. What is none becomes a letter that holds it.
func Parse(line string) (l Letter) {
	if err := json.Unmarshal([]byte(line), &l); err != nil {
		return NewItem(err, []byte(line))
	}
	return l
}

// ErrNoSpan reports a letter that holds an item of the queue: it cannot be sent
// as a span.
var ErrNoSpan = errors.New("contains an item of the queue, not a span")

// Traces is the span of the letter as OTLP.
func (l *Letter) Traces() (ptrace.Traces, error) {
	if l.Item != nil {
		return ptrace.NewTraces(), fmt.Errorf("dead letter of %s: %w", l.Time.Format(time.RFC3339), ErrNoSpan)
	}
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(l.Span)
	if err != nil {
		return td, fmt.Errorf("dead letter %s/%s: %w", l.TraceID, l.SpanID, err)
	}
	return td, nil
}

// Logs is the log record of the letter as OTLP.
func (l *Letter) Logs() (plog.Logs, error) {
	ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(l.Log)
	if err != nil {
		return ld, fmt.Errorf("dead letter %s/%s: %w", l.TraceID, l.SpanID, err)
	}
	return ld, nil
}

// File is a dead-letter file. It is created by the first letter.
type File struct {
	path      string
	appending sync.Mutex
}

// New names a file; nothing is opened.
func New(path string) *File { return &File{path: path} }

// Path is the file's path as given to New.
func (f *File) Path() string { return f.path }

// Append adds letters and has the operating system write them to disk before
// it returns.
func (f *File) Append(letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	var lines bytes.Buffer // one write, so that two writers of a file do not mix their lines
	encoder := json.NewEncoder(&lines)
	for i := range letters {
		if err := encoder.Encode(&letters[i]); err != nil {
			return err
		}
	}
	f.appending.Lock()
	defer f.appending.Unlock()
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	torn, err := endsTorn(file)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	text := lines.Bytes()
	if torn {
		text = append([]byte{'\n'}, text...)
	}
	written, err := file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		err = errors.Join(err, takeBack(file, int64(written)))
	}
	return errors.Join(err, file.Close())
}

// endsTorn tells whether the last line has no end: a crash cut it short.
func endsTorn(file *os.File) (bool, error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil {
		return false, err
	}
	return last[0] != '\n', nil
}

// takeBack removes what a write that failed has appended, so that the letters,
// which will be appended again, are in the file once and whole. What another
// process has appended meanwhile stays.
func takeBack(file *os.File, written int64) error {
	end, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil || info.Size() != end {
		return err
	}
	return file.Truncate(end - written)
}

// maxLine bounds one letter: what is larger than this never passes the OTLP
// receiver's own limit.
const maxLine = 64 << 20

// UnreadableError reports a line that is no letter: one that a crash cut short.
// What it was of has not been taken off the queue, and comes again.
type UnreadableError struct {
	Path string
	Line int
	Text []byte
	Err  error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("%s: line %d is not a dead letter, for example because of a crash: %v", e.Path, e.Line, e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

// All reads the letters in the order they were written; a file that does not
// exist has none. A line that is no letter is an *UnreadableError, and those
// after it follow; any other error ends the sequence.
func (f *File) All() iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		file, err := os.Open(f.path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(Letter{}, err)
			return
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, maxLine)
		for number := 1; lines.Scan(); number++ {
			if len(lines.Bytes()) == 0 {
				continue
			}
			letter, err := f.letter(number, lines.Bytes())
			if !yield(letter, err) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Letter{}, fmt.Errorf("%s: %w", f.path, err))
		}
	}
}

func (f *File) letter(number int, line []byte) (letter Letter, err error) {
	if err := json.Unmarshal(line, &letter); err != nil {
		return Letter{}, &UnreadableError{Path: f.path, Line: number, Text: bytes.Clone(line), Err: err}
	}
	return letter, nil
}
