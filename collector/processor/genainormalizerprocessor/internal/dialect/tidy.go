package dialect

import (
	"math/big"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// finishReasons spells the reasons of SDKs that have their own words as the
// conventions do. A vendor's own words pass through.
var finishReasons = map[string]string{
	"tool-calls":     "tool_call",
	"tool_calls":     "tool_call",
	"content-filter": "content_filter",
}

// tidy derives fields from the ones that are only read.
func (d *Draft) tidy(role string, start pcommon.Timestamp) {
	if name := d.text(EntityName); name != "" {
		switch role {
		case semconv.RoleAgent:
			d.fillText(AgentName, name)
		case semconv.RoleWorkflow:
			d.fillText(WorkflowName, name)
		case semconv.RoleTool:
			d.fillText(ToolName, name)
		case semconv.RoleStep:
			d.fillText(StepName, name)
		}
	}
	d.priceCredits()
	// Microsoft's Agent Framework writes this where it does not know the address.
	if address := &d.slots[ServerAddress]; address.state == good && strings.EqualFold(address.text, "unknown") {
		address.text, address.moved = "", true
	}
	if ms := &d.slots[FirstChunkMillis]; ms.state == good {
		d.firstChunk(ms.num / 1000)
	}
	if at := d.text(CompletionStart); at != "" {
		if instant, err := time.Parse(time.RFC3339Nano, at); err == nil {
			if wait := instant.Sub(start.AsTime()); wait > 0 {
				d.firstChunk(wait.Seconds())
			}
		}
	}
	if s := &d.slots[FinishReasons]; s.state == good {
		for i, reason := range s.list {
			if word, ok := finishReasons[reason]; ok {
				s.list[i], s.moved = word, true
			}
		}
	}
}

// priceCredits turns the AI credits of GitHub Copilot, which are a cent each, into
// the vendor's own amount.
func (d *Draft) priceCredits() {
	for _, c := range [...]struct {
		field Field
		shift int32
	}{{Credits, 2}, {NanoCredits, 11}} {
		if s := &d.slots[c.field]; s.state == good && d.slots[VendorAmount].state == empty {
			if n, ok := new(big.Rat).SetString(s.text); ok {
				n.Quo(n, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.shift)), nil)))
				text := strings.TrimRight(strings.TrimRight(n.FloatString(18), "0"), ".")
				d.put(VendorAmount, slot{state: good, moved: true, text: text})
			}
		}
	}
}

// firstChunk notes the seconds until the first chunk, which only a stream has.
func (d *Draft) firstChunk(seconds float64) {
	if d.slots[TimeToFirstChunk].state != empty {
		return
	}
	d.put(TimeToFirstChunk, slot{state: good, moved: true, num: seconds})
	if d.slots[Stream].state == empty {
		d.put(Stream, slot{state: good, moved: true, flag: true})
	}
}

// spellModels writes the emitter's names of models as their makers do.
func (d *Draft) spellModels(dl *Dialect) {
	for _, f := range [...]Field{RequestModel, ResponseModel} {
		name := d.text(f)
		if name == "" {
			continue
		}
		for i := range dl.Models {
			m := &dl.Models[i]
			if (m.Provider == "" || m.Provider == fold(d.text(Provider))) && m.Pattern.MatchString(name) {
				d.setText(f, m.Pattern.ReplaceAllString(name, m.Name))
				break
			}
		}
	}
}

// dropAlias takes the model asked for as the one that answered, where the answer's
// is no version of it.
func (d *Draft) dropAlias() {
	asked, answered := d.text(RequestModel), d.text(ResponseModel)
	model := bareModel(asked)
	if answered != "" && providerOfModel(model) != "" && !strings.HasPrefix(bareModel(answered), strings.TrimSuffix(model, "-latest")) {
		d.setText(ResponseModel, asked)
	}
}

// bareModel is a model without the names of its vendors.
func bareModel(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
