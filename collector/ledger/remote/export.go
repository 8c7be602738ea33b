package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.FileExporter = (*Client)(nil)

// rowsHeader says how many rows a file has.
const rowsHeader = "Spanledger-Rows"

// exportTimeout is how long a collector may take for a file before its first byte.
const exportTimeout = time.Hour

// ExportFile implements ledger.FileExporter: the collector writes the file, and the
// client takes it as a stream. A collector that does not know the question is
// errors.ErrUnsupported.
func (c *Client) ExportFile(ctx context.Context, q ledger.ExportQuery, file string) (rows int64, err error) {
	body, err := json.Marshal(q)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, exportTimeout)
	defer cancel()
	resp, err := c.send(ctx, patient(c.http), http.MethodPost, exportPath, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusMethodNotAllowed:
		return 0, fmt.Errorf("export: %w by the collector: run a newer one", errors.ErrUnsupported)
	case resp.StatusCode != http.StatusOK:
		return 0, c.refusal(resp)
	}
	if rows, err = strconv.ParseInt(resp.Header.Get(rowsHeader), 10, 64); err != nil {
		return 0, fmt.Errorf("ledger API: answer of %s: %w", exportPath, err)
	}
	target, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(target, resp.Body)
	return rows, errors.Join(err, target.Close())
}

// patient is the client without a limit on the time until an answer begins.
func patient(client *http.Client) *http.Client {
	transport, ok := client.Transport.(*http.Transport)
	if !ok {
		return client
	}
	slow := transport.Clone()
	slow.ResponseHeaderTimeout = 0
	return &http.Client{Transport: slow, Jar: client.Jar, CheckRedirect: client.CheckRedirect}
}

// exportFile writes the file to a folder of its own, and sends it: how many rows it
// has, and whether it could be written, is known before the first byte.
func exportFile(w http.ResponseWriter, r *http.Request, files ledger.FileExporter) {
	var q ledger.ExportQuery
	if !readQuery(w, r, &q) {
		return
	}
	dir, err := os.MkdirTemp("", "spanledger-export-")
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "file")
	rows, err := files.ExportFile(r.Context(), q, path)
	if err != nil {
		answer(w, nil, err)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	defer file.Close()
	// A large file takes longer than any other answer.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set(rowsHeader, strconv.FormatInt(rows, 10))
	_, _ = io.Copy(w, file)
}
