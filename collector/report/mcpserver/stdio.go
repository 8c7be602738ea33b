package mcpserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// maxLine bounds a message of a client, in bytes.
const maxLine = 4 << 20

// Codes of JSON-RPC 2.0.
const (
	codeParseError     = -32700
	codeInvalidRequest = -32600
)

// lastAnswers is how long questions are answered after the end of the input.
const lastAnswers = 10 * time.Second

// Stdio is the transport over a pair of streams, one message a line. A line that is
// no message is answered with an error and the next one is read: the SDK would end. So
// it would at the end of the input, without answers to the last questions.
func Stdio(in io.ReadCloser, out io.WriteCloser) mcp.Transport {
	messages, accepted := io.Pipe()
	answers := &answerWriter{WriteCloser: out, answered: make(chan struct{}, 1)}
	go func() {
		err := filter(in, accepted, answers)
		answers.finish(lastAnswers)
		accepted.CloseWithError(err)
	}()
	return &mcp.IOTransport{Reader: &closeBoth{messages, in}, Writer: answers}
}

// filter passes messages on, until in ends.
func filter(in io.Reader, accepted io.Writer, answers *answerWriter) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, tooLong, err := readLine(lines)
		if line = bytes.TrimSpace(line); len(line) > 0 || tooLong {
			if refusal := check(line, tooLong); refusal != nil {
				if err := answers.refuse(append(refusal, '\n')); err != nil {
					return err
				}
			} else {
				if isQuestion(line) {
					answers.expect()
				}
				if _, err := accepted.Write(append(line, '\n')); err != nil {
					return err
				}
			}
		}
		if err != nil {
			return err
		}
	}
}

// readLine reads to the end of a line, and keeps as much as may be.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) <= maxLine {
			line = append(line, piece...)
		} else {
			tooLong = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

// check returns the answer to a line that is no message; nil when it is one.
func check(line []byte, tooLong bool) []byte {
	if tooLong {
		return refusal(nil, codeInvalidRequest, fmt.Sprintf("the message is longer than %d bytes", maxLine))
	}
	if !json.Valid(line) {
		return refusal(nil, codeParseError, "the line is not JSON: send one message on each line")
	}
	if line[0] == '[' {
		return refusal(nil, codeInvalidRequest, "batches are not supported: send one message on each line")
	}
	if _, err := jsonrpc.DecodeMessage(line); err != nil {
		var request struct {
			ID json.RawMessage `json:"id"`
		}
		_ = json.Unmarshal(line, &request)
		if len(request.ID) > 0 && (request.ID[0] == '{' || request.ID[0] == '[') {
			request.ID = nil
		}
		return refusal(request.ID, codeInvalidRequest, err.Error())
	}
	return nil
}

func refusal(id json.RawMessage, code int, message string) []byte {
	if id == nil {
		id = json.RawMessage("null")
	}
	type failure struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	answer, _ := json.Marshal(struct { // of texts and valid JSON
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   failure         `json:"error"`
	}{"2.0", id, failure{code, message}})
	return answer
}

// isQuestion reports a message that is answered.
func isQuestion(line []byte) bool {
	message, err := jsonrpc.DecodeMessage(line)
	request, ok := message.(*jsonrpc.Request)
	return err == nil && ok && request.IsCall()
}

// answerWriter writes the answers of the SDK and refusals one after the other, and counts
// the questions that are open.
type answerWriter struct {
	io.WriteCloser
	mu       sync.Mutex
	open     int
	answered chan struct{} // one was answered; keeps one signal
}

func (w *answerWriter) expect() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open++
}

func (w *answerWriter) refuse(line []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.WriteCloser.Write(line)
	return err
}

// Write takes one message of the SDK.
func (w *answerWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.WriteCloser.Write(line)
	if message, decodeErr := jsonrpc.DecodeMessage(line); decodeErr == nil {
		if _, ok := message.(*jsonrpc.Response); ok {
			w.open--
			select {
			case w.answered <- struct{}{}:
			default:
			}
		}
	}
	return n, err
}

// finish waits until no question is open.
func (w *answerWriter) finish(within time.Duration) {
	late := time.After(within)
	for {
		w.mu.Lock()
		open := w.open
		w.mu.Unlock()
		if open <= 0 {
			return
		}
		select {
		case <-w.answered:
		case <-late:
			return
		}
	}
}

// closeBoth ends what is read and where it comes from.
type closeBoth struct {
	*io.PipeReader
	in io.Closer
}

func (c *closeBoth) Close() error { return errors.Join(c.PipeReader.Close(), c.in.Close()) }
