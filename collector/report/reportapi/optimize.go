package reportapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/optimize"
)

// Parameters of optimize.
const (
	minCallsParameter  = "min_calls"
	minSavingParameter = "min_saving"
	batchableParameter = "batchable"
	retentionParameter = "openai_retention"
	appliedParameter   = "applied"
)

// optimizeSettings are those of the query; what it leaves open has its default.
func (p *parameters) optimizeSettings() (settings optimize.Settings, err error) {
	if text := p.query.Get(minCallsParameter); text != "" {
		if settings.MinCalls, err = strconv.ParseInt(text, 10, 64); err != nil || settings.MinCalls < 1 {
			return settings, &report.ParameterError{Parameter: minCallsParameter, Value: text, Err: fmt.Errorf("use a number from 1")}
		}
	}
	if text := p.query.Get(minSavingParameter); text != "" {
		if settings.MinSaving, err = udecimal.Parse(text); err != nil || !settings.MinSaving.IsPos() {
			return settings, &report.ParameterError{Parameter: minSavingParameter, Value: text, Err: fmt.Errorf("use an amount in USD above zero, such as 0.01")}
		}
	}
	if text := p.query.Get(batchableParameter); text != "" {
		settings.Batchable = strings.Split(text, ",")
	}
	if text := p.query.Get(retentionParameter); text != "" {
		if settings.OpenAIRetention, err = optimize.ParseRetention(text); err != nil {
			return settings, &report.ParameterError{Parameter: retentionParameter, Value: text, Err: fmt.Errorf("use 24h or in_memory")}
		}
	}
	return settings, nil
}
