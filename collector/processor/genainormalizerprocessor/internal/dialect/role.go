package dialect

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// operation holds what a value of gen_ai.operation.name means.
type operation struct {
	role string
	name string // as the conventions spell it
}

// operationRerank is no operation of the conventions; the vendors that bill
// for it all call it so.
const operationRerank = "rerank"

// operations covers the conventions of all generations and the words emitters
// use instead.
var operations = map[string]operation{
	"chat":               {semconv.RoleLLM, semconv.OperationChat},
	"chat.completions":   {semconv.RoleLLM, semconv.OperationChat},
	"chat_completion":    {semconv.RoleLLM, semconv.OperationChat},
	"llm_call":           {semconv.RoleLLM, semconv.OperationChat},
	"llm_request":        {semconv.RoleLLM, semconv.OperationChat},
	"response":           {semconv.RoleLLM, semconv.OperationChat},
	"responses":          {semconv.RoleLLM, semconv.OperationChat},
	"messages":           {semconv.RoleLLM, semconv.OperationChat},
	"acompletion":        {semconv.RoleLLM, semconv.OperationChat}, // LiteLLM's asynchronous calls
	"aresponses":         {semconv.RoleLLM, semconv.OperationChat},
	"anthropic_messages": {semconv.RoleLLM, semconv.OperationChat},

	"generate_content": {semconv.RoleLLM, semconv.OperationGenerateContent},
	"generate":         {semconv.RoleLLM, semconv.OperationGenerateContent},

	"text_completion":  {semconv.RoleLLM, semconv.OperationTextCompletion},
	"text.completions": {semconv.RoleLLM, semconv.OperationTextCompletion},
	"completion":       {semconv.RoleLLM, semconv.OperationTextCompletion},
	"completions":      {semconv.RoleLLM, semconv.OperationTextCompletion},
	"atext_completion": {semconv.RoleLLM, semconv.OperationTextCompletion},

	"embeddings": {semconv.RoleEmbeddings, semconv.OperationEmbeddings},
	"embedding":  {semconv.RoleEmbeddings, semconv.OperationEmbeddings},
	"aembedding": {semconv.RoleEmbeddings, semconv.OperationEmbeddings},
	"rerank":     {semconv.RoleRerank, operationRerank},
	"arerank":    {semconv.RoleRerank, operationRerank},

	"execute_tool": {semconv.RoleTool, semconv.OperationExecuteTool},
	"tool_call":    {semconv.RoleTool, semconv.OperationExecuteTool},

	"invoke_agent": {semconv.RoleAgent, semconv.OperationInvokeAgent},
	"agent_call":   {semconv.RoleAgent, semconv.OperationInvokeAgent},
	"invoke_node":  {semconv.RoleStep, "invoke_node"},
	"create_agent": {semconv.RoleOther, semconv.OperationCreateAgent},

	"agent_step":               {semconv.RoleStep, "agent_step"},
	"execute_event_loop_cycle": {semconv.RoleStep, "execute_event_loop_cycle"},

	semconv.OperationPlan: {semconv.RolePlan, semconv.OperationPlan},

	semconv.OperationSearchMemory:      {semconv.RoleMemory, semconv.OperationSearchMemory},
	semconv.OperationCreateMemory:      {semconv.RoleMemory, semconv.OperationCreateMemory},
	semconv.OperationUpdateMemory:      {semconv.RoleMemory, semconv.OperationUpdateMemory},
	semconv.OperationUpsertMemory:      {semconv.RoleMemory, semconv.OperationUpsertMemory},
	semconv.OperationDeleteMemory:      {semconv.RoleMemory, semconv.OperationDeleteMemory},
	semconv.OperationCreateMemoryStore: {semconv.RoleMemory, semconv.OperationCreateMemoryStore},
	semconv.OperationDeleteMemoryStore: {semconv.RoleMemory, semconv.OperationDeleteMemoryStore},

	"invoke_workflow":          {semconv.RoleWorkflow, semconv.OperationInvokeWorkflow},
	"handle_conversation_turn": {semconv.RoleWorkflow, semconv.OperationInvokeWorkflow},
	"execute_task":             {semconv.RoleWorkflow, semconv.OperationInvokeWorkflow},
	"chain":                    {semconv.RoleWorkflow, semconv.OperationInvokeWorkflow},

	"retrieval":          {semconv.RoleRetrieval, semconv.OperationRetrieval},
	"vector_db_retrieve": {semconv.RoleRetrieval, semconv.OperationRetrieval},

	// Reading a stored response or counting tokens ahead of a call repeats
	// counts that another call is billed for.
	semconv.OperationFetchResponse: {semconv.RoleOther, semconv.OperationFetchResponse},
	"count_tokens":                 {semconv.RoleOther, "count_tokens"},
}

var roles = map[string]bool{
	semconv.RoleLLM: true, semconv.RoleEmbeddings: true, semconv.RoleRerank: true, semconv.RoleAgent: true,
	semconv.RoleWorkflow: true, semconv.RoleStep: true, semconv.RoleTool: true, semconv.RoleRetrieval: true,
	semconv.RolePlan: true, semconv.RoleMemory: true, semconv.RoleEvaluation: true, semconv.RoleMCP: true,
	semconv.RoleOther: true,
}

// modelRoles are those of spans that are one call of a model.
var modelRoles = map[string]bool{semconv.RoleLLM: true, semconv.RoleEmbeddings: true, semconv.RoleRerank: true}

var defaultOperation = map[string]string{
	semconv.RoleLLM:        semconv.OperationChat,
	semconv.RoleEmbeddings: semconv.OperationEmbeddings,
	semconv.RoleRerank:     operationRerank,
	semconv.RoleAgent:      semconv.OperationInvokeAgent,
	semconv.RoleWorkflow:   semconv.OperationInvokeWorkflow,
	semconv.RoleTool:       semconv.OperationExecuteTool,
	semconv.RoleRetrieval:  semconv.OperationRetrieval,
}

// role decides what the span is, and spells its operation. It is empty when
// the span turns out not to be GenAI after all: attributes spread by baggage,
// for instance, and nothing else.
func (d *Draft) role(dl *Dialect, span ptrace.Span) string {
	role, known := d.roleByWord(dl)
	if !known {
		for i := range dl.Names {
			if r := &dl.Names[i]; strings.HasPrefix(span.Name(), r.Prefix) && strings.HasSuffix(span.Name(), r.Suffix) {
				role, known = r.Role, true
				break
			}
		}
	}
	op, isOp := operations[d.text(Operation)]
	if !known && isOp {
		role, known = op.role, true
	}
	if !known {
		role, known = d.roleByUsage()
	}
	if !known {
		return ""
	}
	switch {
	case isOp && op.role == role:
		d.setText(Operation, op.name)
	case defaultOperation[role] != "":
		d.setText(Operation, defaultOperation[role])
	}
	return role
}

func (d *Draft) roleByWord(dl *Dialect) (string, bool) {
	if own := d.text(Role); own != "" && roles[own] {
		return own, true
	}
	if hint := d.text(RoleHint); hint != "" {
		if role, ok := dl.Roles[strings.ToLower(hint)]; ok {
			return role, true
		}
		if role, ok := prefixRole(dl.Roles, hint); ok {
			return role, true
		}
	}
	if op := d.text(Operation); op != "" {
		if role, ok := dl.Operations[op]; ok {
			return role, true
		}
	}
	return "", false
}

// prefixRole matches hints that carry a name behind the word ("ai.embed
// functionId").
func prefixRole(roles map[string]string, hint string) (string, bool) {
	word, _, found := strings.Cut(hint, " ")
	if !found {
		return "", false
	}
	role, ok := roles[strings.ToLower(word)]
	return role, ok
}

// roleByUsage takes a span with a model and token counts for an LLM call: an
// unknown operation must not lose its bill. A span that names a model or an
// operation, but no usage, is other, and counted as unread where it looks like a
// call.
func (d *Draft) roleByUsage() (string, bool) {
	model := d.has(RequestModel) || d.has(ResponseModel)
	counted := d.slots[Input].state != empty || d.slots[Output].state != empty
	switch {
	case model && counted:
		return semconv.RoleLLM, true
	case model && d.has(Provider) && !d.has(Operation):
		return semconv.RoleLLM, true
	case d.has(Operation), model:
		return semconv.RoleOther, true
	}
	return "", false
}

// looksLikeCall reports a span that names a model and a provider, and an
// operation that is not known.
func (d *Draft) looksLikeCall() bool {
	if !d.has(RequestModel) && !d.has(ResponseModel) || !d.has(Provider) {
		return false
	}
	_, known := operations[d.text(Operation)]
	return !known && d.has(Operation)
}

// claim returns the claim of the span, and whether it would be billed if no other
// span described the call.
func (d *Draft) claim(dl *Dialect, role string, span ptrace.Span) (claim string, billable bool) {
	kind, name, failed := span.Kind(), span.Name(), span.Status().Code() == ptrace.StatusCodeError
	switch role {
	case semconv.RoleLLM, semconv.RoleEmbeddings, semconv.RoleRerank:
		switch said := d.text(Claim); {
		case d.has(Chargeable) && !d.slots[Chargeable].flag, d.has(Replayed), d.has(PartialInput) && d.uncounted():
			return "", false
		// The order of a response that is made in the background; the fetch carries
		// the bill.
		case d.underWay():
			return "", false
		// Set by the connector that made a span of a log record, and by our own
		// round tripper that made one of a batch's result.
		case said == semconv.ClaimLog, said == semconv.ClaimBatch:
			return said, true
		case kind == ptrace.SpanKindServer:
			return semconv.ClaimServer, true
		case dl.Recorded && d.uncounted() && !failed:
			return "", false
		case dl.Streams != "" && d.has(Stream) && d.slots[Stream].flag && d.uncounted() && !failed && !strings.HasPrefix(name, dl.Streams):
			return "", false
		case dl.Recorded:
			return semconv.ClaimSummary, true
		}
		return dl.Claim, true
	case semconv.RoleAgent, semconv.RoleWorkflow:
		if dl.Agents == AgentsRepeat || d.uncounted() {
			return "", false
		}
		return semconv.ClaimAggregate, dl.Agents == AgentsSole
	}
	return "", false
}

// underWay reports a response that has not ended and reports no counts yet.
func (d *Draft) underWay() bool {
	switch d.text(ResponseStatus) {
	case "queued", "in_progress":
		return d.uncounted()
	}
	return false
}

// uncounted reports a span without counts.
func (d *Draft) uncounted() bool {
	return d.slots[Input].state == empty && d.slots[Output].state == empty
}

// identify names the call by what the emitter says of it, where the vendor's
// response id is not known. It needs every field of the dialect's list, as the
// emitter counted: two calls of one prompt differ in their counts.
func (d *Draft) identify(dl *Dialect) {
	if len(dl.CallID) == 0 || d.slots[ResponseID].state != empty {
		return
	}
	id := dl.Name
	for _, f := range dl.CallID {
		s := &d.slots[f]
		switch {
		case s.state != good:
			return
		case fields[f].kind == Count:
			id += "/" + strconv.FormatInt(s.count, 10)
		default:
			id += "/" + s.text
		}
	}
	d.setText(ResponseID, id)
}
