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
