package health

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/spanledger/spanledger/collector/report/format"
)

// jobs are the names under which the shipped rules know the collector's ports.
var jobs = []struct {
	name string
	port string
}{
	{"spanledger", "8889"},
	{"spanledger-collector", "8888"},
}

// watchman is the alert that fires when the collector is gone: who has loaded
// it has loaded the rules.
const watchman = "SpanledgerCollectorDown"

func examinePrometheus(ctx context.Context, url string) Findings {
	if url == "" {
		return Findings{skipped("prometheus", "--prometheus")}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	client, err := api.NewClient(api.Config{Address: url})
	if err != nil {
		return Findings{{"prometheus", Failed, err.Error(), "use a URL in --prometheus, such as http://127.0.0.1:9090"}}
	}
	server := prometheus.NewAPI(client)
	targets, err := server.Targets(ctx)
	if err != nil {
		return Findings{{"prometheus", Failed, err.Error(), "check that Prometheus runs, and its address in --prometheus (port 9090)"}}
	}
	found := Findings{{Check: "prometheus", Grade: OK, Says: "answers"}}
	for _, job := range jobs {
		found = append(found, examineJob(targets.Active, job.name, job.port))
	}
	return append(found, examineRules(ctx, server), examineUnread(ctx, server))
}

// examineUnread finds spans that look like LLM calls and were not read as one.
func examineUnread(ctx context.Context, server prometheus.API) Finding {
	value, _, _, err := server.Query(ctx, fmt.Sprintf("sum by (reason, scope) (increase(spanledger_spans_unread[%s]) > 0 or (spanledger_spans_unread > 0 unless spanledger_spans_unread offset %[1]s))", model.Duration(window)), time.Time{})
	if err != nil {
		return Finding{SpansRead, Failed, err.Error(), "check that Prometheus runs, and its address in --prometheus (port 9090)"}
	}
	series, _ := value.(model.Vector)
	if len(series) == 0 {
		return Finding{Check: SpansRead, Grade: OK, Says: fmt.Sprintf("every span that looks like an LLM call was recognized in the last %s", format.Window(window))}
	}
	most := series[0]
	var all model.SampleValue
	for _, s := range series {
		all += s.Value
		if s.Value > most.Value {
			most = s
		}
	}
	return Unread(int64(math.Round(float64(all))), "in the last "+format.Window(window), string(most.Metric["scope"]), string(most.Metric["reason"]))
}

func examineJob(targets []prometheus.ActiveTarget, name, port string) Finding {
	f := Finding{Check: "scrapes of job " + name, Grade: OK}
	up, all := 0, 0
	for i := range targets {
		if string(targets[i].Labels["job"]) != name {
			continue
		}
		all++
		switch targets[i].Health {
		case prometheus.HealthGood:
			up++
		case prometheus.HealthBad:
			f.Grade, f.Says = Failed, fmt.Sprintf("%s: %s", targets[i].ScrapeURL, targets[i].LastError)
			f.Hint = "check that the collector runs, and that Prometheus can reach its port " + port + " (SPANLEDGER_LISTEN)"
		case prometheus.HealthUnknown:
		}
	}
	switch {
	case f.Grade == Failed:
	case all == 0:
		f.Grade, f.Says, f.Hint = Failed, "Prometheus has no scrape job of this name", "add the scrape jobs of deploy/prometheus/prometheus.yml"
	case up < all:
		f.Grade, f.Says, f.Hint = Warning, fmt.Sprintf("%d of %d targets were scraped so far", up, all), "run the check again after a scrape interval"
	default:
		f.Says = fmt.Sprintf("%d of %d targets up", up, all)
	}
	return f
}

func examineRules(ctx context.Context, server prometheus.API) Finding {
	const cure = "load dashboards/rules (rule_files), and check them with `promtool check rules`"
	result, err := server.Rules(ctx, nil)
	if err != nil {
		return Finding{"rules", Failed, err.Error(), cure}
	}
	for i := range result.Groups {
		for _, rule := range result.Groups[i].Rules {
			if alert, ok := rule.(prometheus.AlertingRule); ok && alert.Name == watchman {
				return Finding{Check: "rules", Grade: OK, Says: "are loaded"}
			}
		}
	}
	return Finding{"rules", Warning, "are not loaded: no alert can fire", cure}
}
