package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// message reads a whole message.
type message struct {
	jsonscan.Ignore
	resp *genai.Response

	at          *counts // what the tokens at hand belong to
	open, total counts
	rounds      *rounds // nil where there are no iterations
}

func newMessage(r *genai.Response) genai.Decoder {
	d := &message{}
	d.init(r)
	return d
}

func (d *message) init(r *genai.Response) { d.resp, d.at = r, &d.open }

func (d *message) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respStopReason:
		r.SetFinishReason(0, genai.InternIfChanged("", k, v))
	case useIterationType:
		d.rounds.at.kind = genai.Intern(k, v)
	case useIterationModel:
		d.rounds.at.model = genai.Intern(k, v)
	case useTier:
		r.ServiceTier = genai.InternIfChanged(r.ServiceTier, k, v)
	case useGeo:
		r.InferenceGeo = genai.InternIfChanged(r.InferenceGeo, k, v)
	case respErrorType:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case useSpeed:
		r.Speed = genai.InternIfChanged(r.Speed, k, v)
	default:
		d.at.ReadCounted(f, k, v)
	}
}

func (d *message) Begin(f jsonscan.Field) {
	switch f {
	case useObject:
		d.open, d.at = counts{}, &d.open
		if d.rounds != nil {
			d.rounds.open = tally{}
		}
	case useIteration:
		if d.rounds == nil {
			d.rounds = &rounds{}
		}
		d.rounds.at = iteration{}
		d.at = &d.rounds.at.counts
	}
}

// End takes in a usage object; one that is cut off counts for nothing, since
// half of it would be billed as fresh input.
func (d *message) End(f jsonscan.Field) {
	switch f {
	case useObject:
		d.total.add(&d.open)
		if d.rounds != nil {
			d.rounds.close()
		}
	case useIteration:
		d.rounds.add()
		d.at = &d.open
	}
}

func (d *message) Document() { d.resp.Complete = true }

func (d *message) Settle() {
	if d.rounds != nil {
		d.rounds.last.complete(&d.total)
		d.resp.AuxiliaryCalls = d.rounds.last.asides()
	}
	d.total.settle(&d.resp.Usage)
}
