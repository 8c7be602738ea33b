package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// iteration is one entry of usage.iterations: a run of a model in the course of
// one request.
type iteration struct {
	counts
	kind, model string
}

// rounds adds up the iterations of a usage object. The totals next to them leave
// some out: all of a compaction, an advisor's since it has another price, and
// what the model reads again once a tool of the server or an advisor has
// answered.
type rounds struct {
	at         iteration // at hand
	open, last tally     // of the usage object at hand, and of the last that had iterations
}

// tally holds what the iterations of one usage object add up to.
type tally struct {
	messages    []iteration // by model: the one that answers, and those that declined to
	compactions counts
	advisors    []iteration
	fallback    string // the model that took over, empty where none did
	others      bool   // iterations of a kind that is not known
	any         bool
}

// maxAdvisors bounds what is kept of advisors; a request asks a handful.
const maxAdvisors = 64

// add takes in the iteration at hand.
func (r *rounds) add() {
	t := &r.open
	t.any = true
	switch r.at.kind {
	case "fallback_message":
		t.fallback = r.at.model
		t.message(&r.at)
	case "message":
		t.message(&r.at)
	case "compaction":
		t.compactions.sum(&r.at.counts)
	case "advisor_message":
		if len(t.advisors) < maxAdvisors {
			t.advisors = append(t.advisors, r.at)
		}
	default:
		t.others = true
	}
}

// close ends a usage object. One without iterations, as that of a stream's
// first event, takes none away.
func (r *rounds) close() {
	if r.open.any {
		r.last = r.open
	}
}

// maxModels bounds the models that are counted separately; a request names a few.
const maxModels = 16

// message adds an iteration to those of its model.
func (t *tally) message(i *iteration) {
	for m := range t.messages {
		if t.messages[m].model == i.model {
			t.messages[m].sum(&i.counts)
			return
		}
	}
	if len(t.messages) < maxModels {
		t.messages = append(t.messages, *i)
	}
}

// complete makes the total of a message that of its iterations. Where a model
// took over from one that declined, the others are derived calls. Next to those of
// a kind that is not known the total means the messages.
func (t *tally) complete(total *counts) {
	if t.others {
		total.sum(&t.compactions)
		return
	}
	all := t.compactions
	for i := range t.messages {
		if t.fallback == "" || t.messages[i].model == t.fallback {
			all.sum(&t.messages[i].counts)
		}
	}
	total.atLeast(&all)
}

// asides are the runs of other models, at prices of their own: of advisors, and
// of a model that declined after it had begun to answer. One that declined
// before any output is not billed.
func (t *tally) asides() []genai.AuxiliaryCall {
	var out []genai.AuxiliaryCall
	add := func(i *iteration) {
		a := genai.AuxiliaryCall{Model: i.model}
		i.settle(&a.Usage)
		out = append(out, a)
	}
	for i := range t.messages {
		if m := &t.messages[i]; t.fallback != "" && m.model != t.fallback && m.Counts[usage.Output] > 1 {
			add(m)
		}
	}
	for i := range t.advisors {
		add(&t.advisors[i])
	}
	return out
}
