package dialects

import (
	"regexp"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// cursor is Cursor's export for teams: cursor.com/docs/enterprise/opentelemetry-
// export/wire. Its servers send a record of each request, under the id of the
// line on Cursor's own bill. Input, cache reads and cache writes are counted
// apart; the names of Claude models are Cursor's own.
func cursor() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "cursor",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyCodingAgent, NamePrefix: "cursor."},
		},
		Attributes: []dialect.Mapping{
			{From: "cursor.model.name", To: dialect.RequestModel},
			{From: "cursor.api.request.input_tokens", To: dialect.Input},
			{From: "cursor.api.request.output_tokens", To: dialect.Output},
			{From: "cursor.api.request.cache_read_tokens", To: dialect.CacheRead},
			{From: "cursor.api.request.cache_creation_tokens", To: dialect.CacheWrite},
			{From: "cursor.api.billable", To: dialect.Chargeable},
			{From: "cursor.usage_event.id", To: dialect.ResponseID},
			{From: "cursor.conversation.id", To: dialect.ConversationID},
			{From: "cursor.user.email", To: dialect.UserID},
			{From: "cursor.user.id", To: dialect.UserID},
		},
		Tags: []dialect.TagMapping{
			{From: "cursor.surface", Tag: "query_source"},
			{From: "cursor.skill.name", Tag: "skill"},
			{From: "cursor.mcp.server.name", Tag: "mcp_server"},
		},
		Models: []dialect.ModelName{
			{Pattern: regexp.MustCompile(`^claude-(\d)\.(\d)-(haiku|sonnet|opus)(-thinking|-high|-max|-fast)*$`), Name: "claude-$3-$1-$2"},
			{Pattern: regexp.MustCompile(`^claude-(\d)-(haiku|sonnet|opus)(-thinking|-high|-max|-fast)*$`), Name: "claude-$2-$1"},
		},
		Names: []dialect.NameRule{
			{Prefix: "cursor.api", Role: semconv.RoleLLM},
			{Prefix: "cursor.", Role: semconv.RoleOther},
		},
		Claim:         semconv.ClaimServer,
		CacheExcluded: dialect.ShapeAnthropic | dialect.ShapeConverse | dialect.ShapeGemini | dialect.ShapeOpenAI,
	}
}
