package guardedotlpreceiver

// maxBrackets is how deep objects and arrays may nest in a request as JSON. A
// value inside a list or map takes three or four.
const maxBrackets = 300

// maxJSON is how many bytes a request as JSON may have. The decoder continues after an
// error, at another place than a reader of JSON does, and nests what it reads there as
// deep as the request is long: its stack, some 40 bytes for each of the request, has to
// stay far below the gigabyte at which Go ends the process.
const maxJSON = 4 << 20

// cutJSON empties the arrays and objects of a request that lie deeper than
// maxBrackets, in place, and returns how many there are, and how many messages the request
// has: each is an object.
func cutJSON(request []byte) (cut, messages int) {
	depth, begin := 0, -1
	text, escaped := false, false
	for i, b := range request {
		if text {
			switch {
			case escaped:
				escaped = false
			case b == '\\':
				escaped = true
			case b == '"':
				text = false
			}
			continue
		}
		switch b {
		case '"':
			text = true
		case '[', '{':
			if b == '{' {
				messages++
			}
			depth++
			if depth == maxBrackets+1 {
				begin = i + 1
			}
		case ']', '}':
			if depth == maxBrackets+1 && begin >= 0 {
				blank(request[begin:i])
				cut++
				begin = -1
			}
			depth--
		}
	}
	if begin >= 0 { // it never ends: what is left does not parse
		blank(request[begin:])
		cut++
	}
	return cut, messages
}

func blank(data []byte) {
	for i := range data {
		data[i] = ' '
	}
}
