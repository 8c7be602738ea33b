package demo

import (
	"math/rand/v2"

	"github.com/spanledger/spanledger/tracing"
)

// application is one product of the company; its models decide what it costs.
type application struct {
	name       string
	department string
	team       string
	costCenter string
	users      []string
	questions  []string
	models     models
	weight     int // of its traffic

	attachesHandbook bool // since today
}

// models an application has chosen for its agents.
type models struct {
	planner    string // Anthropic messages
	researcher string // OpenAI chat completions with tools
	embeddings string // OpenAI embeddings
	writer     string // Anthropic messages, streamed, with prompt caching
	reviewer   string // OpenAI responses, streamed
}

// company is everyone who asks. The pilot model of the claims department is
// in no price list: its calls stay visible as unpriced.
var company = []application{
	{
		name: "research-desk", department: "strategy", team: "insights", costCenter: "CC-100", weight: 4,
		users:     []string{"amara", "jonas"},
		questions: []string{"How did the northern region do last quarter?", "Which suppliers are at risk this winter?", "What do competitors charge for express delivery?"},
		models: models{planner: "claude-sonnet-4-5-20250929", researcher: "gpt-5-mini", embeddings: "text-embedding-3-small",
			writer: "claude-sonnet-4-5-20250929", reviewer: "gpt-5"},
	},
	{
		name: "support-copilot", department: "support", team: "tier-2", costCenter: "CC-200", weight: 6,
		users:     []string{"lena", "tomasz", "yuki"},
		questions: []string{"Why was this parcel delayed?", "Can the customer return an opened item?", "What changed in release 7?"},
		models: models{planner: "claude-haiku-4-5-20251001", researcher: "gpt-4o-mini-2024-07-18", embeddings: "text-embedding-3-small",
			writer: "claude-haiku-4-5-20251001", reviewer: "gpt-4.1-mini"},
	},
	{
		name: "intake-bot", department: "claims", team: "motor", costCenter: "CC-300", weight: 3, attachesHandbook: true,
		users:     []string{"u-4711", "u-4712"},
		questions: []string{"Is storm damage covered by policy 7?", "Which documents are missing from this claim?"},
		models: models{planner: "claude-haiku-4-5-20251001", researcher: "acme-claims-7b", embeddings: "text-embedding-3-large",
			writer: "claude-3-5-sonnet-20241022", reviewer: "gpt-4o-2024-08-06"},
	},
	{
		// A nightly job that no one gave a user or a department.
		name: "digest-job", weight: 1,
		users:     []string{""},
		questions: []string{"Summarise what happened yesterday."},
		models: models{planner: "claude-3-haiku-20240307", researcher: "gpt-5-nano", embeddings: "text-embedding-3-small",
			writer: "claude-3-haiku-20240307", reviewer: "gpt-5-nano"},
	},
}

// userRequest is one question someone asks.
type userRequest struct {
	app      *application
	user     string
	question string

	newPrompt bool // of the planner
	stuck     bool // a tool fails again and again
	impatient bool // the draft is closed before its end

	contradicts bool // the run ends in an error when everything has been looked up
	handbook    bool // is attached to the draft

	planScore float64 // what a judge says of the plan, from 0 to 1
	declined  bool    // the reader does not take the briefing
}

// mishaps draws what goes wrong.
func (e *userRequest) mishaps(rnd *rand.Rand) {
	e.newPrompt = rnd.IntN(2) == 0
	e.handbook = e.app.attachesHandbook
	switch rnd.IntN(12) {
	case 0:
		e.stuck = true
	case 1:
		e.impatient = true
	case 2:
		e.contradicts = true
	}
}

// planPasses is the score from which a plan is good.
const planPasses = 0.6

func planLabel(score float64) string {
	if score >= planPasses {
		return "pass"
	}
	return "fail"
}

// judgements draws what is said of the plan and of the briefing: the second version of
// the prompt makes better plans, and readers take more of what comes of them.
func (e *userRequest) judgements(rnd *rand.Rand) {
	e.planScore = float64(40+rnd.IntN(60)) / 100
	if e.newPrompt {
		e.planScore = min(1, e.planScore+0.15)
	}
	e.declined = e.impatient || rnd.IntN(10) == 0 || e.planScore < planPasses && rnd.IntN(2) == 0
}

func draw(rnd *rand.Rand) userRequest {
	weights := 0
	for i := range company {
		weights += company[i].weight
	}
	n := rnd.IntN(weights)
	app := &company[0]
	for i := range company {
		if n < company[i].weight {
			app = &company[i]
			break
		}
		n -= company[i].weight
	}
	return userRequest{
		app:      app,
		user:     app.users[rnd.IntN(len(app.users))],
		question: app.questions[rnd.IntN(len(app.questions))],
	}
}

func (e userRequest) attribution() tracing.Attribution {
	return tracing.Attribution{
		User:        e.user,
		Department:  e.app.department,
		Application: e.app.name,
		Team:        e.app.team,
		CostCenter:  e.app.costCenter,
		Tags:        map[string]string{"channel": "demo"},
	}
}

// conversation is the one a user has with an application: their briefings are
// its turns. Calls without a user are in none.
func (e userRequest) conversation() string {
	if e.user == "" {
		return ""
	}
	return e.app.name + "-" + e.user
}
