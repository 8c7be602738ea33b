package mcpserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

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

// Stdio is the transport over a pair of streams, one message a line. A line that is
// no message is answered with an error and the next one is read: the SDK would end.
func Stdio(in io.ReadCloser, out io.WriteCloser) mcp.Transport {
	messages, accepted := io.Pipe()
	answers := &lockedWriter{WriteCloser: out}
	go func() { accepted.CloseWithError(filter(in, accepted, answers)) }()
	return &mcp.IOTransport{Reader: &closeBoth{messages, in}, Writer: answers}
}

// filter passes messages on, until in ends.
func filter(in io.Reader, accepted, answers io.Writer) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, tooLong, err := readLine(lines)
		if line = bytes.TrimSpace(line); len(line) > 0 || tooLong {
			if refusal := check(line, tooLong); refusal != nil {
				if _, err := answers.Write(append(refusal, '\n')); err != nil {
					return err
				}
			} else if _, err := accepted.Write(append(line, '\n')); err != nil {
				return err
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

// lockedWriter writes the answers of the two one after the other.
type lockedWriter struct {
	mu sync.Mutex
	io.WriteCloser
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.WriteCloser.Write(b)
}

// closeBoth ends what is read and where it comes from.
type closeBoth struct {
	*io.PipeReader
	in io.Closer
}

func (c *closeBoth) Close() error { return errors.Join(c.PipeReader.Close(), c.in.Close()) }
