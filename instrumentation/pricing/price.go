package pricing

import (
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Modes: rate cards of their own, not multipliers.
const modeStandard = "standard"

// Price calculates what a call costs. It never fails: what cannot be priced is
// said in the result's Status and Reason.
func (c *Catalogue) Price(call *Call) Result { return c.PriceInto(nil, call) }

// PriceInto is Price for anyone who prices many calls: the lines of the result stand
// in the room that lines has, and what was there is lost.
func (c *Catalogue) PriceInto(lines []Line, call *Call) Result {
	result, resold := c.evaluate(call, lines)
	if call.VendorCost != nil {
		if resold || result.Status == Unpriced && result.Reason != SelfHosted && c.seller(result.Provider).vendorCost {
			return vendorCharge(result, *call.VendorCost)
		}
		result = c.byEvidence(call, result)
	}
	if c.fallback == nil || result.Reason != UnknownModel {
		return result
	}
	other := *call
	other.Provider, other.RequestModel = c.fallback.provider, c.fallback.model
	other.ResponseModel, other.ServerAddress = "", ""
	if second, _ := c.evaluate(&other, lines); second.Reason != UnknownModel {
		second.Flags |= FallbackModel | result.Flags&VendorCostZero
		return second
	}
	return result
}

// vendorKind is the line of an amount that is the vendor's own figure.
const vendorKind = "vendor_cost"

// vendorCharge bills what the vendor says it charges: better than no amount
// where the vendor routes calls on at prices of its own. A figure that is
// negative or too fine for the ledger is no charge.
func vendorCharge(unpriced Result, charge udecimal.Decimal) Result {
	if charge.IsNeg() || charge.Prec() > maxDigits {
		return unpriced
	}
	unpriced.Status, unpriced.Reason, unpriced.Detail = Priced, "", ""
	unpriced.Flags |= VendorCostUsed
	unpriced.Amount = charge
	unpriced.Lines = []Line{{Kind: vendorKind, Quantity: 1, Rate: charge, Per: 1, Multiplier: one, Amount: charge}}
	return unpriced
}

// evaluate prices a call by the catalogue alone; resold says that a charge of the
// seller's own would win.
func (c *Catalogue) evaluate(call *Call, lines []Line) (result Result, resold bool) {
	e := evaluation{catalogue: c, call: call, room: lines[:0]}
	e.subject = c.identify(call)
	e.result = Result{
		Provider: e.subject.seller.name,
		Version:  c.version,
		Flags:    e.subject.flags,
	}
	if call.NoUsage {
		e.withoutUsage()
	} else if call.Refused && call.Usage[usage.Output] == 0 && e.subject.seller.freeRefusal {
		e.result.Status = Priced
		e.result.Flags |= NotBilled
	} else if e.subject.reason != "" {
		e.unpriced(e.subject.reason, e.subject.detail)
	} else if e.choose() && e.validate() && e.chooseRates() {
		e.bill()
	}
	return e.result, e.row != nil && (e.row.resold || e.result.Flags.Has(GatewayAssumed) && c.seller(lower(call.Provider)).vendorCost)
}

// evaluation is the state of pricing one call, in the order of its steps.
type evaluation struct {
	catalogue *Catalogue
	call      *Call
	room      []Line // for the lines of the result
	subject   subject
	row       *row
	standard  *card    // valid at the time, nil when the row has none
	card      *card    // of the mode served
	rates     *rateSet // of the valid tier or window
	charged   uint64   // buckets that one of these or the seller's list has a rate for

	tokenMultiplier udecimal.Decimal
	feeMultiplier   udecimal.Decimal
	result          Result
}

func (e *evaluation) unpriced(reason Reason, detail string) bool {
	e.end(Unpriced, reason, detail)
	return false
}

func (e *evaluation) invalid(reason Reason, detail string) bool {
	e.end(Invalid, reason, detail)
	return false
}

func (e *evaluation) end(status Status, reason Reason, detail string) {
	e.result.Status, e.result.Reason, e.result.Detail = status, reason, detail
	e.result.Amount, e.result.Lines = udecimal.Decimal{}, nil
}

// withoutUsage ends a call of which no usage is known. An unreported amount is
// never zero, except where the vendor refused the call.
func (e *evaluation) withoutUsage() {
	if !e.call.Failed {
		e.unpriced(UsageMissing, "")
		return
	}
	e.result.Status = Priced
	e.result.Flags |= NotBilled
}

// choose settles the row for the region, the period and the card of the mode.
func (e *evaluation) choose() bool {
	if !e.chooseRow() {
		return false
	}
	r := e.row
	e.result.Model, e.result.Region, e.result.Mode = r.model, r.region, modeStandard
	at := e.call.Start
	if len(r.standard) > 0 {
		if e.standard = inForce(r.standard, at); e.standard == nil {
			return e.unpriced(NoPeriod, at.UTC().Format(time.RFC3339))
		}
	}
	mode := e.mode()
	e.result.Mode = mode
	if mode == modeStandard {
		e.card = e.standard
	} else {
		e.card = inForce(r.modes[mode], at)
	}
	if e.card == nil {
		return e.unpriced(NoMode, mode)
	}
	e.result.Flags |= e.card.flags
	return true
}

// inForce finds the card of a time; a card that states a gap counts as none.
func inForce(cards []*card, at time.Time) *card {
	for _, c := range cards {
		if c.covers(at) {
			if c.known {
				return c
			}
			return nil
		}
	}
	return nil
}

// chooseRow picks the row of the region where a model has several.
func (e *evaluation) chooseRow() bool {
	rows := e.subject.rows
	if len(rows) == 1 && rows[0].region == "" {
		e.row = rows[0]
		return true
	}
	region := e.subject.region
	if region != "" {
		if e.row = rowOf(rows, region); e.row == nil {
			e.row = rowOf(rows, zoneOf(region))
		}
	}
	if e.row == nil {
		e.row = rowOf(rows, "")
	}
	if e.row == nil && (region == "" || isDatacenter(region)) {
		if e.row = rowOf(rows, "global"); e.row == nil {
			return e.unpriced(RegionUnknown, e.subject.id)
		}
		e.result.Flags |= RegionAssumed
	}
	if e.row == nil {
		return e.unpriced(RegionNotListed, region)
	}
	return true
}

func rowOf(rows []*row, region string) *row {
	for _, r := range rows {
		if r.region == region {
			return r
		}
	}
	return nil
}

// zoneOf shortens a region to its zone: us-east-1 to us, europe-west1 to eu.
func zoneOf(region string) string {
	zone, _, _ := strings.Cut(region, "-")
	switch zone {
	case "europe":
		return "eu"
	case "globalstandard":
		return "global"
	}
	return zone
}

// isDatacenter reports an Azure location such as westeurope, which says where
// a resource lives and not which deployment type, and so which price, it has.
func isDatacenter(region string) bool {
	return len(region) > 4 && !strings.Contains(region, "-") && region != "global"
}

// mode names the card for the tier and speed that were served.
func (e *evaluation) mode() string {
	tier := e.call.ServedTier
	if tier == "" && e.call.RequestedTier != "" {
		tier = e.call.RequestedTier
		e.result.Flags |= RequestedTierUsed
	}
	mode := lower(tier)
	switch mode {
	case "", "default", "auto", "standard", "standard_only", "on_demand", "on-demand":
		mode = modeStandard
	}
	switch speed := lower(e.call.Speed); speed {
	case "", modeStandard, "default", "normal", mode:
		return mode
	default:
		if mode == modeStandard {
			return speed
		}
		return mode + "+" + speed
	}
}

// chooseRates settles the tier and the window, and the multipliers.
func (e *evaluation) chooseRates() bool {
	c, inputTokens := e.card, e.call.Usage[usage.Input]
	e.rates = &c.rates
	for i := range c.tiers {
		if t := &c.tiers[i]; t.passed(inputTokens) {
			e.rates, e.result.Tier = &t.rates, t.over
		}
	}
	if e.standard != nil && c != e.standard && len(c.tiers) == 0 {
		for i := range e.standard.tiers {
			if e.standard.tiers[i].passed(inputTokens) {
				return e.unpriced(NoLongContextRate, e.result.Mode)
			}
		}
	}
	for i := range c.windows {
		if w := &c.windows[i]; w.covers(e.call.Start) {
			e.rates, e.result.Window = &w.rates, w.name
			break
		}
	}
	e.charged = e.rates.has | c.rates.has | e.subject.seller.fees
	if e.standard != nil {
		e.charged |= e.standard.rates.has
	}
	e.tokenMultiplier, e.feeMultiplier = one, one
	for i := range e.row.modifiers {
		if m := &e.row.modifiers[i]; e.applies(m) {
			e.tokenMultiplier = e.tokenMultiplier.Mul(m.multiplier)
		}
	}
	if e.catalogue.adjusted {
		e.adjust()
	}
	return true
}

func (e *evaluation) applies(m *modifier) bool {
	for i := range m.conditions {
		cond := &m.conditions[i]
		var value string
		switch cond.field {
		case "data_residency":
			value = e.subject.residency
		case "inference_geo":
			value = lower(e.call.InferenceGeo)
		case "region":
			value = e.subject.region
		}
		if !cond.holds(value) {
			return false
		}
	}
	return true
}

// holds compares a value with the ones listed. A listed us also covers the
// regions of that zone, us-east-1; non-global covers every region but global.
func (c *condition) holds(value string) bool {
	if value == "" {
		return false
	}
	for _, listed := range c.values {
		if value == listed || listed == "non-global" && value != "global" ||
			c.field == "region" && strings.HasPrefix(value, listed) && value[len(listed)] == '-' {
			return true
		}
	}
	return false
}

// adjust applies the operator's discounts and markups.
func (e *evaluation) adjust() {
	for _, l := range e.catalogue.layers {
		for i := range l.adjustments {
			a := &l.adjustments[i]
			if !a.matches(e.subject.seller.name, e.row.model, e.subject.id) || !a.covers(e.call.Start) {
				continue
			}
			e.result.Flags |= Adjusted
			e.tokenMultiplier = e.tokenMultiplier.Mul(a.multiplier)
			if !a.tokensOnly {
				e.feeMultiplier = e.feeMultiplier.Mul(a.multiplier)
			}
		}
	}
}

func (a *adjustment) matches(provider, model, id string) bool {
	if a.provider != "*" && a.provider != provider {
		return false
	}
	for i := range a.models {
		if a.models[i].match(model) || a.models[i].match(id) {
			return true
		}
	}
	return len(a.models) == 0
}

// bill turns usage into lines and adds them up.
func (e *evaluation) bill() {
	if e.result.Lines = e.room; cap(e.room) == 0 {
		e.result.Lines = make([]Line, 0, 4)
	}
	if !e.billTokens() || !e.billFees() {
		return
	}
	total := udecimal.Decimal{}
	for i := range e.result.Lines {
		total = total.Add(e.result.Lines[i].Amount)
	}
	e.result.Amount = total
	if e.call.TotalUnexplained {
		e.result.Flags |= TotalUnexplained
	}
	e.result.Status = Priced
	if e.card.free && total.IsZero() {
		e.result.Status = Free
	}
}

func (e *evaluation) add(b bucket, quantity int64, rate, multiplier udecimal.Decimal) {
	spec := &bucketSpecs[b]
	amount := scaled(quantity, spec.digits).Mul(rate)
	if multiplier != one {
		amount = amount.Mul(multiplier)
	}
	e.result.Lines = append(e.result.Lines, Line{
		Kind:       spec.kind,
		Quantity:   quantity,
		Rate:       rate,
		Per:        spec.per,
		Multiplier: multiplier,
		Amount:     amount,
	})
}

// scaled is quantity / 10^digits, exactly.
func scaled(quantity int64, digits uint8) udecimal.Decimal {
	d, err := udecimal.NewFromInt64(quantity, digits)
	if err != nil {
		panic("pricing: unit with more digits than a decimal has: " + err.Error())
	}
	return d
}
