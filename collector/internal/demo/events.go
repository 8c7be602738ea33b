package demo

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxEventLine of a stream, in bytes: the demo's vendors send far less.
const maxEventLine = 1 << 20

// readEvents calls each with the data of every event of a stream.
func readEvents(stream io.Reader, each func(data []byte) error) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxEventLine)
	for lines.Scan() {
		data, isData := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !isData {
			continue
		}
		if err := each(bytes.TrimSpace(data)); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the stream: %w", err)
	}
	return nil
}
