package deploytest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
)

func TestBudgets_TheExampleOfBudgetsIsReadAndTheSameEverywhere(t *testing.T) {
	file, err := os.Open(filepath.Join(repository, "deploy/budgets.yaml"))
	require.NoError(t, err)
	defer file.Close()
	plan, err := budget.ReadPlan(file)
	require.NoError(t, err)
	require.NotEmpty(t, plan.Budgets)
	require.Equal(t, readFile(t, "deploy/budgets.yaml"), readFile(t, "deploy/helm/spanledger/files/budgets.yaml"))
	collector := readCompose(t).Services["collector"]
	require.Contains(t, collector.Volumes, "./budgets.yaml:"+collector.Environment["SPANLEDGER_BUDGETS"]+":ro")
}

// A department is charged by the rules that are shipped, and a month that was closed in
// the collector's container is shown as it was closed.
func TestDeploy_SetsUpChargebackEverywhere(t *testing.T) {
	rules, err := chargeback.ReadRulesFile(filepath.Join(repository, "deploy/chargeback.yaml"))
	require.NoError(t, err)
	require.Equal(t, chargeback.List, rules.Allocate)
	require.Equal(t, readFile(t, "deploy/chargeback.yaml"), readFile(t, "deploy/helm/spanledger/files/chargeback.yaml"))
	collector := readCompose(t).Services["collector"]
	require.Contains(t, collector.Volumes, "./chargeback.yaml:"+collector.Environment["SPANLEDGER_CHARGEBACK_RULES"]+":ro")

	var config struct {
		Extensions struct {
			API struct {
				Rules string `yaml:"chargeback_rules"`
				Book  string `yaml:"chargeback_book"`
				Admin string `yaml:"admin_token"`
			} `yaml:"ledger_api"`
		}
	}
	readYAML(t, "otel-collector.yaml", &config)
	require.Equal(t, "${env:SPANLEDGER_CHARGEBACK_RULES:-}", config.Extensions.API.Rules)
	require.Equal(t, "${env:SPANLEDGER_DATA:-spanledger-data}/chargeback", config.Extensions.API.Book)
	require.Equal(t, "${env:SPANLEDGER_ADMIN_TOKEN:-}", config.Extensions.API.Admin)
	require.Contains(t, collector.Environment, "SPANLEDGER_ADMIN_TOKEN")
	for _, kind := range []string{"statefulset", "deployment"} {
		require.Contains(t, readFile(t, "deploy/kubernetes/"+kind+"/spanledger.yaml"), "SPANLEDGER_CHARGEBACK_RULES, value: /etc/spanledger/chargeback/chargeback.yaml")
	}
}

// The ports on which the shipped collector serves metrics are those that every
// installation scrapes.
func TestBudgets_EveryMetricsPortIsScraped(t *testing.T) {
	var config struct {
		Extensions struct {
			API struct{ Metrics struct{ Endpoint string } } `yaml:"ledger_api"`
		}
		Exporters struct {
			Prometheus struct{ Endpoint string }
		}
		Service struct {
			Telemetry struct {
				Metrics struct {
					Readers []struct {
						Pull struct {
							Exporter struct {
								Prometheus struct{ Port string }
							}
						}
					}
				}
			}
		}
	}
	readYAML(t, "otel-collector.yaml", &config)
	port := func(endpoint string) string { return endpoint[strings.LastIndex(endpoint, ":")+1:] }
	served := []string{
		port(config.Exporters.Prometheus.Endpoint), port(config.Extensions.API.Metrics.Endpoint),
		config.Service.Telemetry.Metrics.Readers[0].Pull.Exporter.Prometheus.Port,
	}
	slices.Sort(served)

	jobs := map[string]string{} // by port
	var prometheus struct {
		Scrape []struct {
			Job    string                       `yaml:"job_name"`
			Static []struct{ Targets []string } `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	readYAML(t, "deploy/prometheus/prometheus.yml", &prometheus)
	for _, s := range prometheus.Scrape {
		jobs[port(s.Static[0].Targets[0])] = s.Job
	}

	var service struct {
		Spec struct {
			Ports []struct{ Name, Port string }
		}
	}
	readManifest(t, "statefulset", "Service", &service)
	names := map[string]string{} // of the service's ports
	for _, p := range service.Spec.Ports {
		names[p.Name] = p.Port
	}
	var monitor struct {
		Spec struct {
			Endpoints []struct {
				Port        string
				Relabelings []struct {
					Target      string `yaml:"targetLabel"`
					Replacement string
				}
			}
		}
	}
	readManifest(t, "monitoring", "ServiceMonitor", &monitor)
	monitored := map[string]string{}
	for _, e := range monitor.Spec.Endpoints {
		monitored[names[e.Port]] = e.Relabelings[0].Replacement
	}
	require.Equal(t, jobs, monitored, "Prometheus and the operator's monitor scrape the same ports as the same jobs")

	policy := manifest(t, "statefulset", "NetworkPolicy")
	image := regexp.MustCompile(`(?m)^EXPOSE .*$`).FindString(readFile(t, "deploy/Dockerfile"))
	for _, p := range served {
		require.Contains(t, jobs, p)
		require.Contains(t, policy, "port: "+p)
		require.Contains(t, image, p)
		delete(jobs, p)
	}
	require.Empty(t, jobs, "scraped, but not served")
}
