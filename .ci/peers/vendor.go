package main

import (
	"io"
	"net/http"
	"runtime"
	"strings"
)

const (
	wholeRequest  = `{"model":"gpt-4o-2024-08-06","messages":[{"role":"user","content":"When do ships leave the harbour?"}],"temperature":0.2}`
	streamRequest = `{"model":"gpt-4o-2024-08-06","messages":[{"role":"user","content":"When do ships leave the harbour?"}],"temperature":0.2,"stream":true,"stream_options":{"include_usage":true}}`

	usage = `"usage":{"prompt_tokens":1200,"completion_tokens":300,"total_tokens":1500,"prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":64,"audio_tokens":0}}`
	head  = `{"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"gpt-4o-2024-08-06",`

	wholeAnswer = head + `"choices":[{"index":0,"message":{"role":"assistant","content":"At high tide."},"finish_reason":"stop"}],` + usage + `}`
)

var streamAnswer = "data: " + head + `"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}` + "\n\n" +
	strings.Repeat("data: "+head+`"choices":[{"index":0,"delta":{"content":"tide "},"finish_reason":null}],"usage":null}`+"\n\n", 20) +
	"data: " + head + `"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}` + "\n\n" +
	"data: " + head + `"choices":[],` + usage + "}\n\ndata: [DONE]\n\n"

// vendor answers from memory, so that nothing is measured but what is around it.
type vendor struct{ got string }

// RoundTrip answers a request.
func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_ = r.Body.Close()
	v.got = string(body)
	answer, kind := wholeAnswer, "application/json"
	if strings.Contains(v.got, `"stream":true`) {
		answer, kind = streamAnswer, "text/event-stream"
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(answer)), ContentLength: int64(len(answer)),
	}, nil
}

func countAllocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
