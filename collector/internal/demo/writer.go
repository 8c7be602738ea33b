package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/tracing"
)

const (
	houseStyle = `Write for a reader with two minutes: the answer first, then why, then what is
not known. No adjectives that could be left out. Cite the source of each figure.`
	reviewerPrompt = `Check the draft against the findings. List what is not supported, or say "fine".`
)

// handbook is attached by the intake bot to each draft since today, whatever was asked:
// about 25,000 tokens.
var handbook = "Handbook of motor claims\n" + strings.Repeat(
	"Storm damage is covered from wind force 8 on, if the vehicle was parked; ask for the report of the weather service.\n", 850)

// write turns findings into a briefing and has it checked.
func (v *vendors) write(ctx context.Context, e userRequest, findings []string) (err error) {
	ctx, agent := tracing.StartAgent(ctx, "writer")
	defer func() { agent.End(err) }()

	draft, err := v.draft(ctx, e, findings)
	if err != nil || e.impatient {
		return err
	}
	return v.review(ctx, e, draft, findings)
}

// draft streams the text; the house style is the same for every briefing and
// is kept in the vendor's prompt cache.
func (v *vendors) draft(ctx context.Context, e userRequest, findings []string) (text string, err error) {
	ctx, step := tracing.StartStep(ctx, "draft the briefing")
	defer func() { step.End(err) }()

	content := []anthropicBlock{textBlock(e.question + "\n\nFindings:\n" + strings.Join(findings, "\n"))}
	if e.handbook {
		content = append([]anthropicBlock{documentBlock(handbook)}, content...)
	}
	text, err = v.anthropic.streamMessage(ctx, messagesRequest{
		Model:     e.app.models.writer,
		MaxTokens: 900,
		System:    []anthropicBlock{{Type: "text", Text: houseStyle, CacheControl: &cacheControl{Type: "ephemeral"}}},
		Messages:  []anthropicMessage{{Role: "user", Content: content}},
	}, e.impatient)
	if err != nil {
		return "", fmt.Errorf("draft: %w", err)
	}
	return text, nil
}

// review has another vendor's model read the draft.
func (v *vendors) review(ctx context.Context, e userRequest, draft string, findings []string) (err error) {
	ctx, step := tracing.StartStep(ctx, "review the draft")
	defer func() { step.End(err) }()

	err = v.openai.respond(ctx, responsesRequest{
		Model:        e.app.models.reviewer,
		Instructions: reviewerPrompt,
		Input:        "Findings:\n" + strings.Join(findings, "\n") + "\n\nDraft:\n" + draft,
	})
	if err != nil {
		return fmt.Errorf("review: %w", err)
	}
	return nil
}
