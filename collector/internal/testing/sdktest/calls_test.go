package sdktest_test

import (
	"context"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
)

// sdkCall is one call through an official SDK. It returns what the SDK read:
// the answer's id and usage as the SDK's own types hold them.
type sdkCall struct {
	name      string
	provider  string
	operation string // gen_ai.operation.name
	model     string
	served    string // the model that answers
	streamed  bool
	do        func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error)
}

// told holds what a caller learns from the SDK.
type told struct {
	id            string
	input, output int64
	text          string
}

const (
	openAIModel    = "gpt-5-mini"
	embeddingModel = "text-embedding-3-small"
	claudeModel    = "claude-sonnet-4-5"
)

var sdkCalls = []sdkCall{
	{
		"openai-go chat completions", "openai", "chat", openAIModel, "gpt-5-mini-2025-08-07", false,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := openAIClient(client, s)
			res, err := c.Chat.Completions.New(ctx, chatParams())
			if err != nil {
				return told{}, err
			}
			return told{res.ID, res.Usage.PromptTokens, res.Usage.CompletionTokens, res.Choices[0].Message.Content}, nil
		},
	},
	{
		"openai-go chat completions, streamed", "openai", "chat", openAIModel, "gpt-5-mini-2025-08-07", true,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			params := chatParams()
			params.StreamOptions.IncludeUsage = openai.Bool(true)
			c := openAIClient(client, s)
			stream := c.Chat.Completions.NewStreaming(ctx, params)
			defer stream.Close()
			var acc openai.ChatCompletionAccumulator
			for stream.Next() {
				acc.AddChunk(stream.Current())
			}
			if err := stream.Err(); err != nil {
				return told{}, err
			}
			return told{acc.ID, acc.Usage.PromptTokens, acc.Usage.CompletionTokens, acc.Choices[0].Message.Content}, nil
		},
	},
	{
		"openai-go responses", "openai", "chat", openAIModel, "gpt-5-mini-2025-08-07", false,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := openAIClient(client, s)
			res, err := c.Responses.New(ctx, responseParams())
			if err != nil {
				return told{}, err
			}
			return told{res.ID, res.Usage.InputTokens, res.Usage.OutputTokens, res.OutputText()}, nil
		},
	},
	{
		"openai-go responses, streamed", "openai", "chat", openAIModel, "gpt-5-mini-2025-08-07", true,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := openAIClient(client, s)
			stream := c.Responses.NewStreaming(ctx, responseParams())
			defer stream.Close()
			var out told
			for stream.Next() {
				switch e := stream.Current().AsAny().(type) {
				case responses.ResponseTextDeltaEvent:
					out.text += e.Delta
				case responses.ResponseCompletedEvent:
					out.id, out.input, out.output = e.Response.ID, e.Response.Usage.InputTokens, e.Response.Usage.OutputTokens
				}
			}
			return out, stream.Err()
		},
	},
	{
		"openai-go embeddings", "openai", "embeddings", embeddingModel, embeddingModel, false,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := openAIClient(client, s)
			res, err := c.Embeddings.New(ctx, openai.EmbeddingNewParams{
				Model: embeddingModel,
				Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"the first text", "the second text"}},
			})
			if err != nil {
				return told{}, err
			}
			return told{input: res.Usage.PromptTokens}, nil
		},
	},
	{
		"anthropic-sdk-go messages", "anthropic", "chat", claudeModel, "claude-sonnet-4-5-20250929", false,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := anthropicClient(client, s)
			res, err := c.Messages.New(ctx, messageParams())
			if err != nil {
				return told{}, err
			}
			return messageTold(*res), nil
		},
	},
	{
		"anthropic-sdk-go messages, streamed", "anthropic", "chat", claudeModel, "claude-sonnet-4-5-20250929", true,
		func(ctx context.Context, client *http.Client, s *fakevendor.Server) (told, error) {
			c := anthropicClient(client, s)
			stream := c.Messages.NewStreaming(ctx, messageParams())
			defer stream.Close()
			var acc anthropic.Message
			for stream.Next() {
				if err := acc.Accumulate(stream.Current()); err != nil {
					return told{}, err
				}
			}
			if err := stream.Err(); err != nil {
				return told{}, err
			}
			return messageTold(acc), nil
		},
	},
}

func openAIClient(client *http.Client, s *fakevendor.Server) openai.Client {
	return openai.NewClient(openaioption.WithHTTPClient(client), openaioption.WithBaseURL(s.OpenAIURL()),
		openaioption.WithAPIKey("sk-secret-of-the-caller"), openaioption.WithMaxRetries(0))
}

func anthropicClient(client *http.Client, s *fakevendor.Server) anthropic.Client {
	return anthropic.NewClient(anthropicoption.WithHTTPClient(client), anthropicoption.WithBaseURL(s.AnthropicURL()),
		anthropicoption.WithAPIKey("sk-secret-of-the-caller"), anthropicoption.WithMaxRetries(0))
}

func chatParams() openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:    openAIModel,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("a private question")},
	}
}

func responseParams() responses.ResponseNewParams {
	return responses.ResponseNewParams{
		Model: openAIModel,
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("a private question")},
	}
}

func messageParams() anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     claudeModel,
		MaxTokens: 4096,
		System: []anthropic.TextBlockParam{{
			Text:         "answer briefly",
			CacheControl: anthropic.CacheControlEphemeralParam{TTL: anthropic.CacheControlEphemeralTTLTTL1h},
		}},
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("a private question"))},
	}
}

// messageTold adds the cache to the input: Anthropic counts them separately.
func messageTold(m anthropic.Message) told {
	u := m.Usage
	out := told{id: m.ID, input: u.InputTokens + u.CacheReadInputTokens + u.CacheCreationInputTokens, output: u.OutputTokens}
	for _, block := range m.Content {
		out.text += block.Text
	}
	return out
}
