package guardedotlpreceiver

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// inField is a field with a length around what is in it.
func inField(number int, content []byte) []byte {
	data := binary.AppendUvarint(nil, uint64(number<<3|wireBytes))
	data = binary.AppendUvarint(data, uint64(len(content)))
	return append(data, content...)
}

// randomMessage has few bytes, and fields of the numbers that OTLP has.
func randomMessage(random *rand.Rand, depth int) (message []byte) {
	for range random.IntN(3) {
		switch number := 1 + random.IntN(15); {
		case depth > 0 && random.IntN(3) > 0:
			message = append(message, inField(number, randomMessage(random, depth-1))...)
		case random.IntN(2) > 0:
			message = append(message, byte(number<<3), byte(random.IntN(128)))
		default:
			message = append(message, inField(number, make([]byte, random.IntN(4)))...)
		}
	}
	return message
}

// TestEnough_BoundsTheMemoryOfDecoding repeats short random messages millions of times, at
// each level of a request. What may be decoded needs little more than the estimate.
func TestEnough_BoundsTheMemoryOfDecoding(t *testing.T) {
	const size = 4 << 20
	decoders := map[string]func([]byte) error{
		"spans":   func(body []byte) error { return ptraceotlp.NewExportRequest().UnmarshalProto(body) },
		"logs":    func(body []byte) error { return plogotlp.NewExportRequest().UnmarshalProto(body) },
		"metrics": func(body []byte) error { return pmetricotlp.NewExportRequest().UnmarshalProto(body) },
	}
	refused, accepted := 0, 0
	for seed := range uint64(250) {
		random := rand.New(rand.NewPCG(seed, 1))
		repeated := inField(1+random.IntN(15), randomMessage(random, 2))
		body := bytes.Repeat(repeated, size/len(repeated))
		for range random.IntN(3) { // within a record
			body = inField(1+random.IntN(13), body)
		}
		for range random.IntN(4) {
			body = inField(2, body)
		}
		body = inField(1, body)
		if !enough(body) {
			refused++
			continue
		}
		accepted++
		for name, decode := range decoders {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_ = decode(body)
			runtime.ReadMemStats(&after)
			// Lists that grow are allocated several times.
			if needed := after.TotalAlloc - before.TotalAlloc; needed > 2*uint64(allowed(body)) {
				t.Errorf("seed %d: %d bytes of %s, %x repeated, needed %d bytes", seed, len(body), name, repeated, needed)
			}
		}
	}
	if refused < 20 || accepted < 20 {
		t.Errorf("%d refused, %d accepted: expected some of each", refused, accepted)
	}
}
