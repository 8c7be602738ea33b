package dialect

import "strings"

// pythonWords are Python's constants, by their JSON.
var pythonWords = strings.NewReplacer("None", "null", "True", "true", "False", "false")

// jsonOfPython writes Python's form of a dictionary, which str() gives, as JSON.
// What has no JSON (an object of a class) stays as it is, and makes the text
// invalid.
func jsonOfPython(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for text != "" {
		at := strings.IndexAny(text, `'"`)
		if at < 0 {
			break
		}
		out.WriteString(pythonWords.Replace(text[:at]))
		quote := text[at]
		out.WriteByte('"')
		i := at + 1
		for ; i < len(text) && text[i] != quote; i++ {
			switch c := text[i]; {
			case c == '\\' && i+1 < len(text):
				i++
				if text[i] != '\'' {
					out.WriteByte(c)
				}
				out.WriteByte(text[i])
			case c == '"':
				out.WriteString(`\"`)
			default:
				out.WriteByte(c)
			}
		}
		out.WriteByte('"')
		text = text[min(i+1, len(text)):]
	}
	out.WriteString(pythonWords.Replace(text))
	return out.String()
}
