package budgetguard

// Counted is how many runs and conversations are counted.
func (g *Guard) Counted() int {
	g.units.mu.Lock()
	defer g.units.mu.Unlock()
	return len(g.units.runs) + len(g.units.conversations)
}
