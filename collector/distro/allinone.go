package distro

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension/web"
)

//go:embed all-in-one.yaml
var allInOneYAML string

// AllInOne is the collector that needs no other server: the ledger is a DuckDB
// file in Data.
type AllInOne struct {
	Data string // folder; made when absent
	Host string // to listen on; "" = 127.0.0.1

	// Ports to listen on; 0 takes a free one.
	GRPC, HTTP, Prometheus, API int

	LogLevel string // of the collector's own log; "" = warn
	LogFile  string // "" = stderr

	// Budgets is a file of budgets, whose state the ledger API serves; "" = none.
	Budgets string

	// ChargebackRules is a file of rules by which the ledger API charges a month; "" =
	// every department pays its own calls. Closed months are in the folder chargeback
	// of Data.
	ChargebackRules string

	// Revenue is a file of revenue by day, for the margin of outcomes; "" = none.
	Revenue string

	// Token is the bearer token of the ledger API and its page; "" = none, and
	// then there is no page beyond loopback.
	Token string

	// PublicURL is where clients reach the ledger API; "" = where it listens.
	PublicURL string

	// Forward sends traces on to an OTLP gRPC endpoint, such as Jaeger's
	// 127.0.0.1:14317; "" = nowhere.
	Forward string

	// Gateways are private hosts whose calls are billed as the vendor's they
	// name; "*" means any text. At any other private host, a model that only
	// its maker sells has the maker's price, flagged.
	Gateways []string
	// SelfHosted are hosts of the user's model servers, whose calls have
	// no vendor's price.
	SelfHosted []string
	// PriceFile overrides the built-in prices; "" = none.
	PriceFile string
}

// DefaultAllInOne listens where OTLP senders and Prometheus look by default.
func DefaultAllInOne() AllInOne {
	return AllInOne{Data: "spanledger-data", Host: "127.0.0.1", GRPC: 4317, HTTP: 4318, Prometheus: 8889, API: 8890}
}

// PortError reports an address that cannot be listened on.
type PortError struct {
	Purpose string // "OTLP gRPC", ...
	Setting string // name of the field of AllInOne
	Address string
	Err     error
}

func (e *PortError) Error() string { return e.Purpose + " on " + e.Address + ": " + e.Err.Error() }
func (e *PortError) Unwrap() error { return e.Err }

// DataError reports a data folder that cannot be written to.
type DataError struct {
	Folder string
	Err    error
}

func (e *DataError) Error() string { return "data folder " + e.Folder + ": " + e.Err.Error() }
func (e *DataError) Unwrap() error { return e.Err }

// Prepare makes the folder, replaces ports that are 0 by free ones, and makes
// sure that all of them can be listened on, so that what is in the way is
// reported by name instead of from inside a component.
func (a *AllInOne) Prepare() error {
	if a.Host == "" {
		a.Host = "127.0.0.1"
	}
	data, err := filepath.Abs(a.Data)
	if err != nil {
		return &DataError{Folder: a.Data, Err: err}
	}
	a.Data = data
	// All are held until the last is checked: no free port is given out twice.
	var held []net.Listener
	defer func() {
		for _, l := range held {
			l.Close()
		}
	}()
	for _, p := range []struct {
		purpose, setting string
		port             *int
	}{
		{"OTLP gRPC", "GRPC", &a.GRPC},
		{"OTLP HTTP", "HTTP", &a.HTTP},
		{"metrics for Prometheus", "Prometheus", &a.Prometheus},
		{"the ledger API", "API", &a.API},
	} {
		address := a.address(*p.port)
		l, err := net.Listen("tcp", address)
		if err != nil {
			return &PortError{Purpose: p.purpose, Setting: p.setting, Address: address, Err: err}
		}
		held = append(held, l)
		*p.port = l.Addr().(*net.TCPAddr).Port
	}
	if err := writable(a.Data); err != nil { // last: a collector that does not start leaves no folder
		return &DataError{Folder: a.Data, Err: err}
	}
	return nil
}

// writable makes the folder and proves that a file can be made in it.
func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	probe, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return err
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// Store is the DSN of the ledger.
func (a *AllInOne) Store() string {
	return "duckdb://" + filepath.Join(a.Data, "ledger.duckdb")
}

// URL is where a client on this machine reaches a port.
func (a *AllInOne) URL(port int) string {
	host := a.Host
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// Loopback reports whether the ports are reached from this machine alone.
func (a *AllInOne) Loopback() bool {
	ip := net.ParseIP(a.Host)
	return a.Host == "" || a.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// Page is the link to the page, with the token where there is one: behind the
// number sign it stays in the browser. "" where no page is served.
func (a *AllInOne) Page() string {
	if !web.Included || a.Token == "" && !a.Loopback() {
		return ""
	}
	link := a.PublicURL
	if link == "" {
		link = a.URL(a.API)
	}
	link = strings.TrimSuffix(link, "/") + "/"
	if a.Token != "" {
		// In a fragment a plus sign is no blank.
		link += "#/?token=" + strings.ReplaceAll(url.QueryEscape(a.Token), "+", "%20")
	}
	return link
}

func (a *AllInOne) address(port int) string { return net.JoinHostPort(a.Host, strconv.Itoa(port)) }

// URIs are the configuration: the embedded file, the values of a on top, and
// regardless of the user adds on top of both.
func (a *AllInOne) URIs(more ...string) ([]string, error) {
	type object = map[string]any
	level, logFile := a.LogLevel, a.LogFile
	if level == "" {
		level = "warn"
	}
	if logFile == "" {
		logFile = "stderr"
	}
	queue, letters := filepath.Join(a.Data, "queue"), filepath.Join(a.Data, "dead-letter.jsonl")
	exporters := object{
		"cost_ledger": object{
			"endpoint":    a.Store(),
			"dead_letter": object{"file": letters},
		},
		"prometheus": object{"endpoint": a.address(a.Prometheus)},
	}
	prices := object{"gateways": a.Gateways, "self_hosted": a.SelfHosted}
	if a.PriceFile != "" {
		prices["price_file"] = a.PriceFile
	}
	pipelines := object{}
	if a.Forward != "" {
		const forward = "otlp_grpc/forward"
		exporters[forward] = object{"endpoint": a.Forward, "tls": object{"insecure": true}}
		pipelines["traces"] = object{"exporters": []string{"cost_ledger", "genai_metrics", forward}}
	}
	overlay := object{
		"extensions": object{
			"file_storage": object{"directory": queue, "compaction": object{"directory": queue}},
			"ledger_api": object{
				"endpoint": a.address(a.API), "store": a.Store(), "budgets": a.Budgets,
				"chargeback_rules": a.ChargebackRules, "chargeback_book": filepath.Join(a.Data, "chargeback"), "revenue": a.Revenue,
				"ui": a.Page() != "", "token": a.Token, "public_url": a.PublicURL, "dead_letter": letters, "price_file": a.PriceFile,
			},
		},
		"receivers": object{"otlp": object{"protocols": object{
			"grpc": object{"endpoint": a.address(a.GRPC)},
			"http": object{"endpoint": a.address(a.HTTP)},
		}}},
		"processors": object{"genai_cost": prices},
		"exporters":  exporters,
		"service": object{
			"pipelines": pipelines,
			"telemetry": object{"logs": object{
				"level": level, "output_paths": []string{logFile}, "error_output_paths": []string{logFile},
			}},
		},
	}
	values, err := json.Marshal(overlay) // JSON is YAML
	if err != nil {
		return nil, fmt.Errorf("all-in-one configuration: %w", err)
	}
	// A dollar sign in a folder's name is no variable.
	literal := strings.ReplaceAll(string(values), "$", "$$")
	return append([]string{"yaml:" + allInOneYAML, "yaml:" + literal}, more...), nil
}
