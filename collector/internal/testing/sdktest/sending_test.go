package sdktest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/hashicorp/go-retryablehttp"
	"github.com/ollama/ollama/api"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tmc/langchaingo/llms"
	langchainopenai "github.com/tmc/langchaingo/llms/openai"
	"google.golang.org/genai"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

const (
	openAIAnswer  = `{"id":"c1","object":"chat.completion","model":"gpt-5-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}`
	claudeAnswer  = `{"id":"m1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":3}}`
	geminiAnswer  = `{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello!"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"totalTokenCount":12},"modelVersion":"gemini-2.5-flash"}`
	bedrockAnswer = `{"output":{"message":{"role":"assistant","content":[{"text":"Hello!"}]}},"stopReason":"end_turn","usage":{"inputTokens":9,"outputTokens":3,"totalTokens":12},"metrics":{"latencyMs":1}}`
	ollamaAnswer  = `{"model":"llama3.2","message":{"role":"assistant","content":"Hello!"},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":3}` + "\n"

	rawChat = `{"model":"gpt-5-mini","messages":[{"role":"user","content":"Say hello."}]}`
)

// sending is a client that sends in a way of its own.
type sending struct {
	name    string
	dialect otelgenai.Dialect
	answer  string
	model   string
	do      func(ctx context.Context, t *testing.T, client *http.Client, base string) (string, error)
}

var sendings = []sending{
	{"openai-go, typed", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		c := openai.NewClient(openaioption.WithHTTPClient(client), openaioption.WithBaseURL(base+"/v1"), openaioption.WithAPIKey("none"))
		res, err := c.Chat.Completions.New(ctx, chatParams())
		if err != nil {
			return "", err
		}
		return res.RawJSON(), nil
	}},
	{"openai-go, a reader that is rewound", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		c := openai.NewClient(openaioption.WithHTTPClient(client), openaioption.WithBaseURL(base+"/v1"), openaioption.WithAPIKey("none"))
		var res map[string]any
		err := c.Post(ctx, "chat/completions", nil, &res, openaioption.WithRequestBody("application/json", bytes.NewReader([]byte(rawChat))))
		return fmt.Sprint(res), err
	}},
	{"anthropic-sdk-go, typed", otelgenai.Anthropic, claudeAnswer, "claude-sonnet-4-5", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		c := anthropic.NewClient(anthropicoption.WithHTTPClient(client), anthropicoption.WithBaseURL(base), anthropicoption.WithAPIKey("none"))
		res, err := c.Messages.New(ctx, messageParams())
		if err != nil {
			return "", err
		}
		return res.RawJSON(), nil
	}},
	{"anthropic-sdk-go, a reader that is rewound", otelgenai.Anthropic, claudeAnswer, "claude-sonnet-4-5", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		c := anthropic.NewClient(anthropicoption.WithHTTPClient(client), anthropicoption.WithBaseURL(base), anthropicoption.WithAPIKey("none"))
		var res map[string]any
		body := bytes.NewReader([]byte(`{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"Say hello."}]}`))
		err := c.Post(ctx, "v1/messages", nil, &res, anthropicoption.WithRequestBody("application/json", body))
		return fmt.Sprint(res), err
	}},
	{"google genai", otelgenai.Gemini, geminiAnswer, "gemini-2.5-flash", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		llm, err := genai.NewClient(ctx, &genai.ClientConfig{
			APIKey: "none", Backend: genai.BackendGeminiAPI, HTTPClient: client, HTTPOptions: genai.HTTPOptions{BaseURL: base},
		})
		if err != nil {
			return "", err
		}
		res, err := llm.Models.GenerateContent(ctx, "gemini-2.5-flash", genai.Text("Say hello."), nil)
		if err != nil {
			return "", err
		}
		return res.Text(), nil
	}},
	{"bedrockruntime", otelgenai.Bedrock, bedrockAnswer, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		llm := bedrockruntime.New(bedrockruntime.Options{
			Region: "us-east-1", BaseEndpoint: aws.String(base), HTTPClient: client, RetryMaxAttempts: 1,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "none", SecretAccessKey: "none"}, nil
			}),
		})
		res, err := llm.Converse(ctx, &bedrockruntime.ConverseInput{
			ModelId:  aws.String("us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
			Messages: []types.Message{{Role: types.ConversationRoleUser, Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: "Say hello."}}}},
		})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(res.StopReason, *res.Usage.TotalTokens), nil
	}},
	{"ollama", otelgenai.Ollama, ollamaAnswer, "llama3.2", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		u, err := url.Parse(base)
		if err != nil {
			return "", err
		}
		var text string
		err = api.NewClient(u, client).Chat(ctx, &api.ChatRequest{Model: "llama3.2", Messages: []api.Message{{Role: "user", Content: "Say hello."}}},
			func(r api.ChatResponse) error { text += r.Message.Content; return nil })
		return text, err
	}},
	{"langchaingo", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		llm, err := langchainopenai.New(langchainopenai.WithHTTPClient(client), langchainopenai.WithBaseURL(base+"/v1"),
			langchainopenai.WithToken("none"), langchainopenai.WithModel("gpt-5-mini"))
		if err != nil {
			return "", err
		}
		return llms.GenerateFromSinglePrompt(ctx, llm, "Say hello.")
	}},
	{"go-retryablehttp, bytes", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		return retrying(ctx, client, base, []byte(rawChat))
	}},
	{"go-retryablehttp, a reader that is rewound", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		return retrying(ctx, client, base, struct{ io.ReadSeeker }{strings.NewReader(rawChat)})
	}},
	{"go-retryablehttp, a file", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, t *testing.T, client *http.Client, base string) (string, error) {
		name := filepath.Join(t.TempDir(), "request")
		if err := os.WriteFile(name, []byte(rawChat), 0o600); err != nil {
			return "", err
		}
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		return retrying(ctx, client, base, f)
	}},
	{"net/http, a pipe", otelgenai.OpenAI, openAIAnswer, "gpt-5-mini", func(ctx context.Context, _ *testing.T, client *http.Client, base string) (string, error) {
		r, w := io.Pipe()
		go func() { _, err := io.WriteString(w, rawChat); _ = w.CloseWithError(err) }()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/chat/completions", r)
		if err != nil {
			return "", err
		}
		return answerTo(client.Do(req))
	}},
}

func retrying(ctx context.Context, client *http.Client, base string, body any) (string, error) {
	c := retryablehttp.NewClient()
	c.HTTPClient, c.Logger, c.RetryMax = client, nil, 0
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/chat/completions", body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	return answerTo(c.Do(req))
}

func answerTo(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// sent holds what a server has of one request.
type sent struct {
	proto, uri, body string
	length           int64
	transfer         []string
}

// vendor answers every request, the first with a redirect where it is to.
type vendor struct {
	*httptest.Server
	mu     sync.Mutex
	got    []sent
	peers  map[string]bool
	answer string
	moved  bool
}

func startVendor(t *testing.T, answer string, redirect bool) *vendor {
	v := &vendor{answer: answer, moved: !redirect, peers: map[string]bool{}}
	v.Server = httptest.NewUnstartedServer(v)
	v.Config.Protocols = new(http.Protocols)
	v.Config.Protocols.SetHTTP1(true)
	v.Config.Protocols.SetUnencryptedHTTP2(true)
	v.Start()
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, sent{r.Proto, r.RequestURI, string(body), r.ContentLength, r.TransferEncoding})
	v.peers[r.RemoteAddr] = true
	if !v.moved {
		v.moved = true
		http.Redirect(w, r, r.URL.Path+"?moved", http.StatusTemporaryRedirect)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, v.answer)
}

// again gives up the first body in its middle and sends another, as net/http
// does when a server refuses a stream or has closed the connection.
type again struct{ *http.Transport }

func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.GetBody != nil {
		_, _ = io.CopyN(io.Discard, r.Body, 20)
		_ = r.Body.Close()
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = body
	}
	return a.Transport.RoundTrip(r)
}

func TestSending_IsTheSameWithoutUs(t *testing.T) {
	for _, s := range sendings {
		for _, way := range []struct {
			name                     string
			h2, redirect, sendsAgain bool
		}{
			{name: "HTTP/1"},
			{name: "HTTP/2", h2: true},
			{name: "redirected", redirect: true},
			{name: "redirected over HTTP/2", h2: true, redirect: true},
			{name: "sent again", sendsAgain: true},
			{name: "sent again over HTTP/2", h2: true, sendsAgain: true},
		} {
			t.Run(s.name+", "+way.name, func(t *testing.T) {
				type result struct {
					answers, errs []string
					got           []sent
					connections   int
				}
				var spans *tracetest.SpanRecorder
				run := func(wrapped bool) (out result) {
					v := startVendor(t, s.answer, way.redirect)
					transport := &http.Transport{Protocols: new(http.Protocols)}
					if way.h2 {
						transport.Protocols.SetUnencryptedHTTP2(true)
					} else {
						transport.Protocols.SetHTTP1(true)
					}
					var rt http.RoundTripper = transport
					if way.sendsAgain {
						rt = again{transport}
					}
					if wrapped {
						spans = tracetest.NewSpanRecorder()
						rt = otelgenai.NewTransport(rt, otelgenai.WithEndpoint(v.URL, s.dialect),
							otelgenai.WithTracerProvider(trace.NewTracerProvider(trace.WithSpanProcessor(spans))))
					}
					client := &http.Client{Transport: rt}
					for range 2 { // over a new connection, and over the one that there is
						answer, err := s.do(t.Context(), t, client, v.URL)
						out.answers = append(out.answers, answer)
						text := ""
						if err != nil {
							text = strings.ReplaceAll(err.Error(), v.URL, "")
						}
						out.errs = append(out.errs, text)
					}
					client.CloseIdleConnections()
					v.mu.Lock()
					defer v.mu.Unlock()
					out.got, out.connections = v.got, len(v.peers)
					return out
				}
				want, got := run(false), run(true)
				// Whether a connection is free in time for the next request is
				// chance now and then, without us as well.
				for tries := 0; tries < 5 && want.connections != got.connections; tries++ {
					want, got = run(false), run(true)
				}
				require.Equal(t, want, got)
				require.NotEmpty(t, got.got)
				for _, span := range spans.Ended() {
					assert.Equal(t, s.model, attributes(span.Attributes())[string(semconv.RequestModel)])
				}
				assert.Len(t, spans.Ended(), len(got.got), "a span each request")
			})
		}
	}
}
