package settle

// Relation is why two spans are taken to describe one call.
type Relation string

// Relations of another span to the one asked for.
const (
	SameResponse Relation = "same_response" // it carries the same response id
	Contains     Relation = "contains"      // it is around the one asked for
	Contained    Relation = "contained"     // it is inside the one asked for
	Joined       Relation = "joined"        // a third span joins them
)

// Related finds the spans whose bill depends on that of nodes[of]: by number,
// with the reason. A total is related to each call in it, and those calls only to
// the total.
func Related(nodes []Node, of int) map[int]Relation {
	s := newSettlement(nodes)
	related := map[int]Relation{}
	call := s.call[of]
	if call < 0 {
		return related
	}
	for _, i := range s.calls[call] {
		if i != of {
			related[i] = SameResponse
		}
	}
	reach := func(steps [][]int) {
		seen := map[int]bool{call: true}
		for queue := []int{call}; len(queue) > 0; queue = queue[1:] {
			for _, next := range steps[queue[0]] {
				if seen[next] {
					continue
				}
				seen[next] = true
				queue = append(queue, next)
				for _, i := range s.calls[next] {
					if _, known := related[i]; !known && i != of {
						related[i] = s.nesting(i, of)
					}
				}
			}
		}
	}
	reach(s.yield)
	back := make([][]int, len(s.yield))
	for from, all := range s.yield {
		for _, to := range all {
			back[to] = append(back[to], from)
		}
	}
	reach(back)
	return related
}

// nesting says how node i is placed relative to another.
func (s *settlement) nesting(i, of int) Relation {
	around := func(inner, outer int) bool {
		for range maxClimb {
			if inner = s.above[inner]; inner < 0 || inner == outer {
				break
			}
		}
		return inner == outer
	}
	switch {
	case around(of, i):
		return Contains
	case around(i, of):
		return Contained
	}
	return Joined
}
