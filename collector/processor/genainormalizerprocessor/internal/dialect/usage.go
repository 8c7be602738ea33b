package dialect

import (
	"strings"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// shapeOf tells how the vendor behind a call counts its tokens.
func shapeOf(provider, model string) Shapes {
	switch provider {
	case semconv.ProviderAnthropic:
		return ShapeAnthropic
	case semconv.ProviderBedrock:
		return ShapeConverse
	case semconv.ProviderGemini, semconv.ProviderVertexAI, semconv.ProviderGCPGenAI:
		if strings.Contains(model, "claude") {
			return ShapeAnthropic
		}
		return ShapeGemini
	}
	return ShapeOpenAI
}

// completeUsage makes the input count include what a cache read or wrote and
// the output count include reasoning, where the emitter left them out. It
// touches nothing when a count it would need is malformed or would overflow:
// pricing rejects what is left.
func (d *Draft) completeUsage(dl *Dialect) (corrected bool) {
	d.stateSource()
	d.sumCacheWrites()
	for _, f := range [...]Field{Input, Output, CacheRead, CacheWrite, Reasoning, Total} {
		if s := &d.slots[f]; s.state == malformed || s.count > maxTokens {
			return false
		}
	}
	if uncached, ok := d.count(UncachedInput); ok && uncached <= maxTokens && d.slots[Input].state == empty {
		d.setCount(Input, uncached+d.cached())
	}
	left := d.leftOut(dl)
	if left.cache {
		d.grow(Input, d.cached())
	}
	if left.tools {
		tools, _ := d.count(ToolInput)
		d.grow(Input, tools)
	}
	if left.reasoning {
		reasoning, _ := d.count(Reasoning)
		d.grow(Output, reasoning)
	}
	return left.cache
}

// maxTokens bounds the counts that are added up, far above any real call and
// far below an overflow.
const maxTokens = 1 << 56

// cached returns what a cache served or took, part of the input.
func (d *Draft) cached() int64 {
	read, _ := d.count(CacheRead)
	write, _ := d.count(CacheWrite)
	return read + write
}

func (d *Draft) grow(f Field, by int64) {
	n, _ := d.count(f)
	d.setCount(f, n+by)
}

// sumCacheWrites derives the cache-write total from its parts by time to live.
func (d *Draft) sumCacheWrites() {
	if d.slots[CacheWrite].state != empty {
		return
	}
	short, isShort := d.count(CacheWrite5m)
	long, isLong := d.count(CacheWrite1h)
	if (isShort || isLong) && short <= maxTokens && long <= maxTokens {
		d.setCount(CacheWrite, short+long)
	}
}

// parts says which counts are next to the totals they belong to.
type parts struct{ cache, reasoning, tools bool }

// leftOut decides what the input and output counts leave out: by the count of
// uncached tokens or by the vendor's total where the span has them, else by
// what is known of the emitter and the vendor.
func (d *Draft) leftOut(dl *Dialect) (m parts) {
	in, isIn := d.count(Input)
	out, isOut := d.count(Output)
	cached := d.cached()
	reasoning, _ := d.count(Reasoning)
	tools, _ := d.count(ToolInput)
	if tools > maxTokens {
		tools = 0
	}
	model := d.text(ResponseModel)
	if model == "" {
		model = d.text(RequestModel)
	}
	shape := shapeOf(d.text(Provider), model)

	if dl.Claim == semconv.ClaimTransport {
		return m // what the transport counted is complete, or invalid
	}
	total, isTotal := d.count(Total)
	if isTotal && isIn {
		rest := total - in - out
		if m, told := explain(rest, shape, cached, reasoning, tools); told {
			m.cache = m.cache && isIn
			m.reasoning = m.reasoning && isOut
			return m
		}
		switch {
		case rest > 0 && shape == ShapeGemini && reasoning == 0 && isOut:
			// Gemini's total has its thoughts; many emitters have no field for them.
			d.setCount(Reasoning, rest)
			m.reasoning = true
			return m
		case rest > 0 && cached+reasoning+tools > 0 || rest > 0 && out > 0:
			d.setCount(Unexplained, rest)
		}
	}
	if uncached, ok := d.count(UncachedInput); ok {
		m.cache = isIn && cached > 0 && in == uncached
	} else if isIn && cached > 0 && !(isTotal && total-in == out && cached <= in && dl.TotalOfVendor&shape != 0) {
		// Anthropic and Bedrock Converse report input without the cache: where
		// more was cached than was sent, their count was passed through.
		m.cache = dl.CacheExcluded&shape != 0 ||
			shape&(ShapeAnthropic|ShapeConverse) != 0 && cached > in
	}
	vendorAdded := isTotal && isIn && total-in == out
	m.reasoning = isOut && reasoning > 0 && dl.ReasoningExcluded&shape != 0 && !vendorAdded
	return m
}

// explain finds the parts that make up what a total counts beyond input and
// output. Nothing beyond explains nothing: an emitter that adds up the total
// itself leaves out the same parts.
func explain(rest int64, shape Shapes, cached, reasoning, tools int64) (m parts, told bool) {
	if rest <= 0 {
		return m, false
	}
	order := [...]parts{
		{cache: true}, {reasoning: true}, {tools: true}, {cache: true, reasoning: true},
		{reasoning: true, tools: true}, {cache: true, tools: true}, {cache: true, reasoning: true, tools: true},
	}
	if shape == ShapeGemini { // never leaves the cache out, often reasoning
		order[0], order[1] = order[1], order[0]
	}
	for _, p := range order {
		var sum int64
		if p.cache {
			sum += cached
		}
		if p.reasoning {
			sum += reasoning
		}
		if p.tools {
			sum += tools
		}
		if sum == rest {
			return p, true
		}
	}
	return m, false
}

// stateSource says of a span with any count that the count was reported.
func (d *Draft) stateSource() {
	if d.slots[UsageSource].state != empty {
		return
	}
	for _, f := range [...]Field{Input, Output, SearchUnits} {
		if d.slots[f].state != empty {
			d.setText(UsageSource, semconv.UsageReported)
			return
		}
	}
}
