package pagetest

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// figures are those of a screen, exact.
type figures struct {
	Rows []struct {
		Name    string
		Amounts []string
	}
	Total   []string
	Figures []string
	Parts   []string // of the chosen span of a run: its cost, then what that is made of
	Text    string
}

type costReport struct {
	Tables []struct {
		Rows  []map[string]any
		Total map[string]any
	}
}

// compareFigures holds the page to the command line, to the last digit.
func compareFigures(t *testing.T, s *stack) {
	from, to := time.Now().UTC().AddDate(0, 0, -20).Format(time.DateOnly), time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	period := url.Values{"from": {from}, "to": {to}}.Encode()
	var found map[string]figures
	byModel := "#/explore?by=model&" + period
	claims := "#/explore?by=user&where=department%3Dclaims&" + period
	run := struct {
		Tables []struct {
			Rows []struct {
				ID   string `json:"trace_id"`
				Cost string `json:"cost_usd"`
			}
		}
	}{}
	s.ask(t, &run, "traces", "--newest", "1", "--from", from, "--to", to)
	require.NotEmpty(t, run.Tables[0].Rows)
	one := "#/runs/" + run.Tables[0].Rows[0].ID
	drive(t, s, &found, "figures.mjs", byModel, claims, one)

	for hash, args := range map[string][]string{
		byModel: {"--by", "model"},
		claims:  {"--by", "user", "--where", "department=claims"},
	} {
		var want costReport
		s.ask(t, &want, append([]string{"report", "cost", "--from", from, "--to", to}, args...)...)
		have := found[hash]
		require.NotEmpty(t, want.Tables[0].Rows)
		require.Len(t, have.Rows, len(want.Tables[0].Rows), hash)
		for i, row := range want.Tables[0].Rows {
			assert.Equal(t, row[args[1]], have.Rows[i].Name, "%s, row %d", hash, i)
			if row["cost_usd"] != nil {
				require.NotEmpty(t, have.Rows[i].Amounts, "%s, row %d", hash, i)
				assert.Equal(t, row["cost_usd"], have.Rows[i].Amounts[0], "%s, row %d", hash, i)
			}
		}
		assert.Equal(t, fmt.Sprint(want.Tables[0].Total["cost_usd"]), have.Total[0], hash)
	}
	assert.Equal(t, run.Tables[0].Rows[0].Cost, found[one].Figures[0], "of a run")
}
