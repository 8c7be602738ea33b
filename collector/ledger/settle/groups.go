package settle

// groups are disjoint sets of the numbers below n, joined two at a time.
type groups []int

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = i
	}
	return g
}

// find is the number that means the group of i.
func (g groups) find(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) join(i, j int) {
	if a, b := g.find(i), g.find(j); a != b {
		g[max(a, b)] = min(a, b)
	}
}
