package dialects

import (
	"regexp"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// githubCopilot is GitHub Copilot in VS Code and its command line tool:
// docs/monitoring/agent_monitoring.md of vscode-copilot-chat. Its spans follow the
// conventions; what a call is billed is in AI credits, of a cent each, but the
// calls of subagents do not say it. github.copilot.cost is no amount but a
// multiplier of premium requests. Agent spans add up their calls.
func githubCopilot() *dialect.Dialect {
	return &dialect.Dialect{
		Name: "github-copilot",
		Signals: []dialect.Signal{
			{Families: dialect.FamilyCopilot},
			{Service: "copilot-chat", Families: dialect.FamilyGenAI},
			{Service: "github-copilot", Families: dialect.FamilyGenAI},
		},
		Attributes: []dialect.Mapping{
			{From: "github.copilot.aiu", To: dialect.Credits},
			{From: "github.copilot.nano_aiu", To: dialect.NanoCredits},
			{From: "github.copilot.service_request_id", To: dialect.VendorRequestID},
			{From: "user.name", To: dialect.UserID},
			{From: "enduser.pseudo.id", To: dialect.UserID},
			{From: "copilot_chat.time_to_first_token", To: dialect.FirstChunkMillis},
		},
		Tags: []dialect.TagMapping{
			{From: "github.copilot.initiator", Tag: "query_source"},
			{From: "github.copilot.tool.parameters.skill_name", Tag: "skill"},
			{From: "github.copilot.git.repository", Tag: "repository"},
		},
		Models: []dialect.ModelName{
			{Pattern: regexp.MustCompile(`^claude-(haiku|sonnet|opus)-(\d)\.(\d)(-thought|-fast)?$`), Name: "claude-$1-$2-$3"},
		},
		Names: []dialect.NameRule{
			{Prefix: "execute_hook", Role: semconv.RoleOther},
		},
		Claim:  semconv.ClaimClient,
		Agents: dialect.AgentsRepeat,
	}
}
