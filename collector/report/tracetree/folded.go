package tracetree

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Omitted is how many spans of the run the tree leaves out.
func (t *Tree) Omitted() int64 { return t.Spans - int64(t.nodes) }

// fold gives the sums of spans that are left out to the nodes above them.
func (t *Tree) fold(folded *ledger.Folded, nodes []*Node) {
	if folded == nil {
		return
	}
	t.Spans = int64(t.nodes)
	at := make(map[ledger.SpanID]*Node, len(nodes))
	for _, n := range nodes {
		if at[n.SpanID] == nil {
			at[n.SpanID] = n
		}
	}
	for i := range folded.LeftOut {
		l := &folded.LeftOut[i]
		place := &t.LeftOut
		if n := at[l.Below]; n != nil {
			place = &n.LeftOut
		}
		if *place == nil {
			*place = new(LeftOut)
		}
		(*place).add(l)
		t.Spans += l.Spans
	}
	if t.LeftOut != nil {
		t.Total.add(t.LeftOut.Figures)
	}
}

func (o *LeftOut) add(l *ledger.LeftOut) {
	o.Spans += l.Spans
	o.Failed += l.Failed
	o.Figures.add(Figures(l.Totals))
	o.own.add(Figures(l.Own))
}

// describeLeftOut adds the spans that are left out to what is said of the run as a whole.
func (t *Tree) describeLeftOut(folded *ledger.Folded) {
	if folded == nil {
		return
	}
	t.Start, t.Duration = folded.Start, folded.End.Sub(folded.Start)
	for i := range folded.Agents {
		t.addAgent(&folded.Agents[i])
	}
}

func (t *Tree) addAgent(sum *ledger.AgentSum) {
	add := func(a *AgentFigures, invocations int64, duration time.Duration) {
		a.Invocations += invocations
		a.Duration += duration
		a.Own.add(Figures(sum.Own))
	}
	for i := range t.Agents {
		if t.Agents[i].Name == sum.Name {
			add(&t.Agents[i], sum.Invocations, sum.Duration)
			return
		}
	}
	t.Agents = append(t.Agents, AgentFigures{Name: sum.Name})
	add(&t.Agents[len(t.Agents)-1], sum.Invocations, sum.Duration)
}
