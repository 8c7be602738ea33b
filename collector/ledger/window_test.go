package ledger_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestWindows_CoverAPeriodOnceAndHoldABoundedNumberOfRows(t *testing.T) {
	from := time.Date(2026, 10, 1, 9, 17, 0, 0, time.UTC)
	until := from.AddDate(0, 0, 30)
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var hours []ledger.HourRows
		counts := map[time.Time]int{}
		for at := from.Truncate(time.Hour); at.Before(until); at = at.Add(time.Hour) {
			if n := random.IntN(400); random.IntN(10) == 0 {
				hours = append(hours, ledger.HourRows{Hour: at, Rows: n})
				counts[at] = n
			}
		}
		windows := ledger.Windows(hours, from, until, time.Hour, 250)
		require.NotEmpty(t, windows)
		assert.Equal(t, from, windows[0].From)
		assert.Equal(t, until, windows[len(windows)-1].Until)
		for i, w := range windows {
			require.True(t, w.From.Before(w.Until))
			if i > 0 {
				require.Equal(t, windows[i-1].Until, w.From)
			}
			rows := 0
			for at := w.From.Truncate(time.Hour); at.Before(w.Until); at = at.Add(time.Hour) {
				rows += counts[at]
			}
			if w.Until.Sub(w.From) > time.Hour {
				require.LessOrEqual(t, rows, 250)
			}
		}
		assert.Less(t, len(windows), 4*len(hours)+2, "quiet hours make no windows")
	}
}

func TestWindows_OfDaysAreNeverDivided(t *testing.T) {
	day := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	hours := []ledger.HourRows{{day.Add(3 * time.Hour), 5}, {day.Add(20 * time.Hour), 5}, {day.AddDate(0, 0, 4), 1}}
	assert.Equal(t, []ledger.Window{
		{day.Add(3 * time.Hour), day.AddDate(0, 0, 4)}, {day.AddDate(0, 0, 4), day.AddDate(0, 0, 5)},
	}, ledger.Windows(hours, day.Add(3*time.Hour), day.AddDate(0, 0, 5), 24*time.Hour, 1))
}

func TestDayWindows_CutAtMidnightWhereTheyCan(t *testing.T) {
	from := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	until := from.AddDate(0, 0, 9)
	var hours []ledger.HourRows
	for n := range 9 * 24 {
		rows := 500 // 12,000 a day
		switch day := n / 24; {
		case day == 4:
			rows = 10_000 // 240,000
		case day > 4:
			rows = 1_250 // 30,000
		}
		hours = append(hours, ledger.HourRows{Hour: from.Add(time.Duration(n) * time.Hour), Rows: rows})
	}
	inside := 0
	next := from
	for _, w := range ledger.DayWindows(hours, from, until, 40_000) {
		require.Equal(t, next, w.From, "windows follow each other")
		next = w.Until
		whole := w.From.Truncate(24*time.Hour).Equal(w.From) && w.Until.Truncate(24*time.Hour).Equal(w.Until)
		if !whole {
			inside++
			assert.True(t, w.Until.Sub(w.From.Truncate(24*time.Hour)) <= 24*time.Hour, "%s to %s crosses midnight", w.From, w.Until)
		}
	}
	assert.Equal(t, until, next)
	assert.Equal(t, 6, inside, "the parts of the one large day")
}
