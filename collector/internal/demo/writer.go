package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"github.com/spanledger/spanledger/tracing"
)

const (
	houseStyle = `Write for a reader with two minutes: the answer first, then why, then what is
not known. No adjectives that could be left out. Cite the source of each figure.`
	reviewerPrompt = `Check the draft against the findings. List what is not supported, or say "fine".`
)

// write turns findings into a briefing and has it checked.
func (v *vendors) write(ctx context.Context, e errand, findings []string) (err error) {
	ctx, agent := tracing.StartAgent(ctx, "writer")
	defer func() { agent.End(err) }()

	draft, err := v.draft(ctx, e, findings)
	if err != nil {
		return err
	}
	return v.review(ctx, e, draft, findings)
}

// draft streams the text; the house style is the same for every briefing and
// is kept in the vendor's prompt cache.
func (v *vendors) draft(ctx context.Context, e errand, findings []string) (text string, err error) {
	ctx, step := tracing.StartStep(ctx, "draft the briefing")
	defer func() { step.End(err) }()

	stream := v.anthropic.Messages.NewStreaming(ctx, anthropic.MessageNewParams{
		Model:     e.app.models.writer,
		MaxTokens: 900,
		System: []anthropic.TextBlockParam{{
			Text:         houseStyle,
			CacheControl: anthropic.NewCacheControlEphemeralParam(),
		}},
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(
			anthropic.NewTextBlock(e.question + "\n\nFindings:\n" + strings.Join(findings, "\n")))},
	})
	defer stream.Close()
	var message anthropic.Message
	for stream.Next() {
		if err := message.Accumulate(stream.Current()); err != nil {
			return "", fmt.Errorf("draft: %w", err)
		}
	}
	if err := stream.Err(); err != nil {
		return "", fmt.Errorf("draft: %w", err)
	}
	for _, block := range message.Content {
		text += block.Text
	}
	return text, nil
}

// review has another vendor's model read the draft.
func (v *vendors) review(ctx context.Context, e errand, draft string, findings []string) (err error) {
	ctx, step := tracing.StartStep(ctx, "review the draft")
	defer func() { step.End(err) }()

	stream := v.openai.Responses.NewStreaming(ctx, responses.ResponseNewParams{
		Model:        e.app.models.reviewer,
		Instructions: openai.String(reviewerPrompt),
		Input: responses.ResponseNewParamsInputUnion{
			OfString: openai.String("Findings:\n" + strings.Join(findings, "\n") + "\n\nDraft:\n" + draft),
		},
	})
	defer stream.Close()
	for stream.Next() {
	}
	if err := stream.Err(); err != nil {
		return fmt.Errorf("review: %w", err)
	}
	return nil
}
