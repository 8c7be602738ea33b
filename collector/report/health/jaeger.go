package health

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

func examineJaeger(ctx context.Context, url string, span testSpan, patience time.Duration) Finding {
	const check = "jaeger"
	if url == "" {
		return skipped(check, "--jaeger")
	}
	url = strings.TrimSuffix(url, "/")
	if status, err := get(ctx, url+"/api/services"); err != nil || status != http.StatusOK {
		return Finding{check, Failed, unexpected(url, status, err), "check that Jaeger runs, and that --jaeger is the address of its query service (port 16686)"}
	}
	if span.sent.IsZero() {
		return Finding{Check: check, Grade: OK, Says: "answers"}
	}
	if !every(ctx, patience, func(ctx context.Context) bool {
		status, err := get(ctx, url+"/api/traces/"+span.id.String())
		return err == nil && status == http.StatusOK
	}) {
		return Finding{check, Warning, fmt.Sprintf("answers, but does not have the test span after %s", patience),
			"check JAEGER_ENDPOINT, and look for otlp_grpc/jaeger in the collector's log; with tail sampling, the span may be missing"}
	}
	return Finding{Check: check, Grade: OK, Says: "has the test span"}
}

func get(ctx context.Context, url string) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, err
}

func unexpected(url string, status int, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s answers %d %s", url, status, http.StatusText(status))
}
