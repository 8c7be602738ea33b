package settle

// component is a strongly connected component of the graph of calls: usually a
// single call.
type component struct {
	members []int
	last    bool // no member yields to a call outside
}

// components finds the strongly connected components by Tarjan's algorithm, with
// a stack of its own: a trace may nest deeper than a goroutine's stack should.
func components(edges [][]int) []component {
	var (
		n       = len(edges)
		index   = make([]int, n) // order of discovery, from 1
		low     = make([]int, n)
		next    = make([]int, n) // edge to follow next
		of      = make([]int, n) // component, from 1
		stack   []int
		path    []int
		found   []component
		counter int
	)
	for root := range n {
		if index[root] != 0 {
			continue
		}
		path = append(path[:0], root)
		for len(path) > 0 {
			v := path[len(path)-1]
			if index[v] == 0 {
				counter++
				index[v], low[v] = counter, counter
				stack = append(stack, v)
			}
			if next[v] < len(edges[v]) {
				w := edges[v][next[v]]
				next[v]++
				switch {
				case index[w] == 0:
					path = append(path, w)
				case of[w] == 0:
					low[v] = min(low[v], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				parent := path[len(path)-1]
				low[parent] = min(low[parent], low[v])
			}
			if low[v] != index[v] {
				continue
			}
			c := component{last: true}
			for {
				w := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				of[w] = len(found) + 1
				c.members = append(c.members, w)
				if w == v {
					break
				}
			}
			for _, w := range c.members {
				for _, x := range edges[w] {
					c.last = c.last && of[x] == of[w]
				}
			}
			found = append(found, c)
		}
	}
	return found
}
