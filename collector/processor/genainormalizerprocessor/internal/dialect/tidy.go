package dialect

import (
	"math"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
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
	if address := &d.slots[ServerAddress]; address.state == good {
		if strings.EqualFold(address.text, "unknown") {
			address.text, address.moved = "", true
		} else if strings.Contains(address.text, "//") { // Portkey writes the URL
			if u, err := url.Parse(address.text); err == nil && u.Host != "" {
				address.text, address.moved = u.Hostname(), true
			}
		}
	}
	// OpenCode's user where it knows none.
	if d.text(UserID) == "unknown" {
		d.slots[UserID].reset()
		d.stale = append(d.stale, UserID.Key())
	}
	if status, ok := d.count(HTTPStatus); ok && status >= http.StatusBadRequest {
		d.fillText(ErrorType, strconv.FormatInt(status, 10))
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

// centUnits are the units of amounts that are no dollars.
var centUnits = []struct {
	field   Field
	digits  int // that a cent has before the point, in the unit
	credits bool
}{
	{Credits, 0, true},
	{NanoCredits, 9, true},
	{Cents, 0, false},
}

// priceCredits turns what is stated in cents, or in the AI credits of GitHub Copilot,
// which cost a cent each, into the vendor's own amount. Credits are counted as well.
func (d *Draft) priceCredits() {
	for _, u := range centUnits {
		s := &d.slots[u.field]
		if s.state != good {
			continue
		}
		n, ok := new(big.Rat).SetString(s.text)
		if !ok {
			continue
		}
		cents := n.Quo(n, powerOfTen(u.digits))
		if u.credits && d.slots[UsedCredits].state == empty {
			d.setCount(UsedCredits, billionths(cents))
		}
		if d.slots[VendorAmount].state == empty {
			text := cents.Quo(cents, powerOfTen(2)).FloatString(18)
			d.put(VendorAmount, slot{state: good, moved: true, text: strings.TrimRight(strings.TrimRight(text, "0"), ".")})
		}
	}
}

func powerOfTen(n int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}

// billionths is a number in billionths, rounded to the nearest; the largest count for
// one that is larger, which pricing rejects.
func billionths(n *big.Rat) int64 {
	whole, ok := new(big.Int).SetString(new(big.Rat).Mul(n, powerOfTen(9)).FloatString(0), 10)
	if !ok || !whole.IsInt64() {
		return math.MaxInt64
	}
	return whole.Int64()
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
