package dashboards

// All dashboards, by the name of their file without ".json".
func All() map[string]*Dashboard {
	return map[string]*Dashboard{
		"operations":      operations(),
		"cost":            cost(),
		"agents":          agents(),
		"coding-agents":   codingAgents(),
		"user-experience": userExperience(),
		"chargeback":      chargeback(),
		"pipeline-health": pipelineHealth(),
	}
}
