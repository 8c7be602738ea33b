package dialects

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// githubCopilot is GitHub Copilot in VS Code and its command line tool:
// docs/monitoring/agent_monitoring.md of vscode-copilot-chat. Its spans follow the
// conventions; what a call is billed is in AI credits, of a cent each. Agent spans
// add up their calls.
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
			{From: "enduser.pseudo.id", To: dialect.UserID},
			{From: "copilot_chat.time_to_first_token", To: dialect.FirstChunkMillis},
		},
		Names: []dialect.NameRule{
			{Prefix: "execute_hook", Role: semconv.RoleOther},
		},
		Claim:  semconv.ClaimClient,
		Agents: dialect.AgentsRepeat,
	}
}
