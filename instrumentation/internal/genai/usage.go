package genai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Usage holds what a vendor reports of a call. Providers whose totals do not
// include their parts are converted by their decoder, so that the rule of
// [usage.Counts] holds for all. Counts stay as the vendor gave them: an
// impossible one is for the collector to call invalid.
type Usage struct {
	Counts usage.Counts
	Given  usage.Set // the fields that were reported: zero is a count too

	SearchContextSize string // low, medium, high

	// Estimated says that no vendor reported Input and Output.
	Estimated bool
}

// Has says whether a field was reported.
func (u *Usage) Has(f usage.Field) bool { return u.Given.Has(f) }

// Set reports a count.
func (u *Usage) Set(f usage.Field, n int64) { u.Counts[f], u.Given = n, u.Given.With(f) }

// Add reports n more.
func (u *Usage) Add(f usage.Field, n int64) { u.Set(f, u.Counts[f]+n) }

// Copy takes a field of another usage over, where it has it.
func (u *Usage) Copy(f usage.Field, from *Usage) {
	if from.Has(f) {
		u.Set(f, from.Counts[f])
	}
}

// Count reads a JSON number as the count of a field, and says whether it was
// one.
func (u *Usage) Count(f usage.Field, k jsonscan.Kind, v []byte) bool {
	var n int64
	ok := Count(&n, k, v)
	if ok {
		u.Set(f, n)
	}
	return ok
}

// firstCounted is beyond the fields that providers number.
const firstCounted jsonscan.Field = 1 << 10

// Counted is the field of a shape for numbers that are the count of a usage field as
// they are. A decoder hands them to ReadCounted.
func Counted(f usage.Field) jsonscan.Field { return firstCounted + jsonscan.Field(f) }

// ReadCounted reads the number of a Counted field. It leaves other fields alone.
func (u *Usage) ReadCounted(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f >= firstCounted {
		u.Count(usage.Field(f-firstCounted), k, v)
	}
}

// Reported says whether the vendor gave any count.
func (u *Usage) Reported() bool {
	c := &u.Counts
	return !u.Estimated && (u.Has(usage.Input) || u.Has(usage.Output) ||
		c[usage.SearchUnits]|c[usage.Images]|c[usage.Pages]|c[usage.AnnotatedPages]|c[usage.AudioSeconds]|c[usage.VideoSeconds]|c[usage.Characters] != 0)
}
