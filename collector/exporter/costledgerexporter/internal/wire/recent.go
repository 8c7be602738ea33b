package wire

// recentSize is how many values of a field are remembered: enough for the
// models and applications of one service, few enough to compare with each.
const recentSize = 8

// recent holds the latest distinct values of a field, each in the place where
// it came; a new value takes the place of the oldest.
type recent struct {
	values [recentSize]string
	next   uint8
}

// find returns the place of a value, or -1.
func (r *recent) find(s string) int {
	for i := range r.values {
		if r.values[i] == s {
			return i
		}
	}
	return -1
}

func (r *recent) add(s string) {
	r.values[r.next] = s
	r.next = (r.next + 1) % recentSize
}
