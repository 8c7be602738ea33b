package tracing

import (
	"context"
	"maps"
	"slices"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Attribution is who a call is for. An empty field means not known.
type Attribution struct {
	User        string // user.id; prefer an id without a meaning to an e-mail address
	Department  string // spanledger.department
	Application string // spanledger.application; the collector uses service.name if it is empty
	Team        string // spanledger.team
	CostCenter  string // spanledger.cost_center
	Purpose     string // spanledger.purpose: production, evaluation, judge, test
	// Tags are dimensions of your own, spanledger.tag.<key>. Reports can group by
	// them. Spans have the first 32, in the order of their keys.
	Tags map[string]string
}

// maxTags leaves room for usage: the SDK keeps the first 128 attributes of a span,
// and usage is set last.
const maxTags = 32

// WithAttribution returns a context whose spans have the attribution a. Fields and
// tags that are empty in a keep their value from ctx.
func WithAttribution(ctx context.Context, a Attribution) context.Context {
	s := scopeFrom(ctx)
	return withScope(ctx, s.withIdentity(s.who.attribution.merge(a), s.who.conversation))
}

// AttributionFrom returns the attribution of ctx, with a copy of its tags.
func AttributionFrom(ctx context.Context) Attribution {
	a := scopeFrom(ctx).who.attribution
	a.Tags = maps.Clone(a.Tags)
	return a
}

// WithConversation returns a context whose spans have gen_ai.conversation.id. The
// id is the application's id of the conversation, session or thread; an empty id
// changes nothing.
func WithConversation(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	s := scopeFrom(ctx)
	return withScope(ctx, s.withIdentity(s.who.attribution, text(id)))
}

// WithPrompt returns a context whose spans have gen_ai.prompt.name and
// gen_ai.prompt.version: the template of the prompts and its version. Reports can
// compare versions. Use names of your own, not the text of a prompt. An empty name
// removes the values that ctx has.
func WithPrompt(ctx context.Context, name, version string) context.Context {
	c := *scopeFrom(ctx)
	c.promptName, c.promptVersion = text(name), text(version)
	c.attrs, _ = c.attributes(0)
	return withScope(ctx, &c)
}

func (a Attribution) merge(over Attribution) Attribution {
	set := func(dst *string, v string) {
		if v != "" {
			*dst = text(v)
		}
	}
	set(&a.User, over.User)
	set(&a.Department, over.Department)
	set(&a.Application, over.Application)
	set(&a.Team, over.Team)
	set(&a.CostCenter, over.CostCenter)
	set(&a.Purpose, over.Purpose)
	if len(over.Tags) == 0 {
		return a
	}
	tags := make(map[string]string, len(a.Tags)+len(over.Tags))
	maps.Copy(tags, a.Tags)
	for k, v := range over.Tags {
		if k != "" && v != "" {
			tags[text(k)] = text(v)
		}
	}
	a.Tags = tags
	return a
}

// appendTo appends the attributes of a, tags in order of their keys.
func (a Attribution) appendTo(attrs []attribute.KeyValue) []attribute.KeyValue {
	attrs = appendString(attrs, semconv.UserID, a.User)
	attrs = appendString(attrs, semconv.Department, a.Department)
	attrs = appendString(attrs, semconv.Application, a.Application)
	attrs = appendString(attrs, semconv.Team, a.Team)
	attrs = appendString(attrs, semconv.CostCenter, a.CostCenter)
	attrs = appendString(attrs, semconv.Purpose, a.Purpose)
	keys := slices.Sorted(maps.Keys(a.Tags))
	for _, k := range keys[:min(len(keys), maxTags)] {
		attrs = append(attrs, attribute.String(semconv.TagPrefix+k, a.Tags[k]))
	}
	return attrs
}

func appendString(attrs []attribute.KeyValue, key attribute.Key, v string) []attribute.KeyValue {
	if v == "" {
		return attrs
	}
	return append(attrs, key.String(text(v)))
}
