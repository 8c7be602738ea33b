package dialect

import (
	"math"
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
	model := d.text(ResponseModel)
	if model == "" {
		model = d.text(RequestModel)
	}
	shape := shapeOf(d.text(Provider), model)
	d.sumCacheWrites()
	corrected = d.completeInput(dl, shape)
	d.addToolInput()
	d.completeOutput(dl, shape)
	d.stateSource()
	return corrected
}

// sumCacheWrites derives the cache-write total from its parts by time to live.
func (d *Draft) sumCacheWrites() {
	if d.slots[CacheWrite].state != empty {
		return
	}
	short, isShort := d.count(CacheWrite5m)
	long, isLong := d.count(CacheWrite1h)
	if (isShort || isLong) && short <= math.MaxInt64-long {
		d.setCount(CacheWrite, short+long)
	}
}

func (d *Draft) completeInput(dl *Dialect, shape Shapes) bool {
	for _, f := range [...]Field{Input, CacheRead, CacheWrite} {
		if d.slots[f].state == malformed {
			return false
		}
	}
	in, isIn := d.count(Input)
	read, _ := d.count(CacheRead)
	write, _ := d.count(CacheWrite)
	if read > math.MaxInt64-write {
		return false
	}
	cached := read + write

	if uncached, ok := d.count(UncachedInput); ok && uncached <= math.MaxInt64-cached {
		if !isIn || in == uncached && cached > 0 {
			d.setCount(Input, uncached+cached)
			return isIn
		}
		return false
	}
	if !isIn || cached == 0 || in > math.MaxInt64-cached || !d.cacheExcluded(dl, shape, in, cached) {
		return false
	}
	d.setCount(Input, in+cached)
	return true
}

// cacheExcluded decides whether in leaves out cached.
func (d *Draft) cacheExcluded(dl *Dialect, shape Shapes, in, cached int64) bool {
	if dl.CacheExcluded&shape != 0 {
		return true
	}
	// The vendors below report input without the cache. Where more was cached
	// than was sent, or where the vendor's total only adds up with the cache,
	// the emitter passed their count through.
	if shape&(ShapeAnthropic|ShapeConverse) == 0 || dl.Claim == semconv.ClaimTransport {
		return false
	}
	if cached > in {
		return true
	}
	total, isTotal := d.count(Total)
	out, _ := d.count(Output)
	return isTotal && total-out-cached == in
}

// addToolInput adds the tokens of tool results where the vendor's total says
// that they stand beside the input.
func (d *Draft) addToolInput() {
	tool, isTool := d.count(ToolInput)
	in, isIn := d.count(Input)
	total, isTotal := d.count(Total)
	if !isTool || tool == 0 || !isIn || !isTotal || in > math.MaxInt64-tool {
		return
	}
	out, _ := d.count(Output)
	reasoning, _ := d.count(Reasoning)
	if rest := total - in - tool; rest == out || rest-reasoning == out {
		d.setCount(Input, in+tool)
	}
}

func (d *Draft) completeOutput(dl *Dialect, shape Shapes) {
	reasoning, isReasoning := d.count(Reasoning)
	if visible, ok := d.count(VisibleOutput); ok && d.slots[Output].state == empty && visible <= math.MaxInt64-reasoning {
		d.setCount(Output, visible+reasoning)
		return
	}
	out, isOut := d.count(Output)
	if !isReasoning || reasoning == 0 || !isOut || dl.ReasoningExcluded&shape == 0 || out > math.MaxInt64-reasoning {
		return
	}
	in, _ := d.count(Input)
	if total, isTotal := d.count(Total); isTotal && total-in == out {
		return // the vendor had added it already
	}
	d.setCount(Output, out+reasoning)
}

// stateSource says of an LLM call without any count that its usage is missing.
func (d *Draft) stateSource() {
	if d.slots[UsageSource].state != empty {
		return
	}
	if d.slots[Input].state != empty || d.slots[Output].state != empty || d.slots[SearchUnits].state != empty {
		d.setText(UsageSource, semconv.UsageReported)
	}
}
