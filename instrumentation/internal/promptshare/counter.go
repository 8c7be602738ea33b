package promptshare

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

const (
	// maxTools is how many tools and servers are named in the result: the largest.
	maxTools = 12
	// maxCounted is how many are counted separately while a request is read.
	maxCounted = 256
	// maxName is the length of a name in the result, in bytes.
	maxName = 48
	// Rest is the name of the tools that are not named.
	Rest = "(rest)"
	// Format is the name of the response format, which is sent as tools are.
	Format = "(format)"
)

// Counter reads a request's body in pieces. Call [Counter.Init] before its use, and
// again for the next request.
type Counter struct {
	scanner jsonscan.Scanner
	docs    int

	system, retrieved, history, last int64
	prompt                           int64 // that stands alone, and is the last message
	tools                            []tool
	inner                            bool // the tool that is read has tools of its own

	open    [2]int64 // where the tool, and the one inside it, begin
	depth   int      // of tools
	name    string
	kind    string // of a tool that has no name, such as web_search
	message int64  // where it begins
	role    role
	block   int64 // where it begins
	isDoc   bool  // the block, or message, is a retrieved document
	docsIn  int64 // bytes of documents in the message
}

type tool struct {
	name  string
	bytes int64
}

type role uint8

const (
	roleOther role = iota
	roleSystem
	roleDocument
)

// Init makes the counter ready for a request.
func (c *Counter) Init() {
	*c = Counter{scanner: c.scanner, tools: c.tools[:0]}
	c.scanner.Init(requestShape, c, false)
}

// Write reads the next piece of the body, and leaves it as it is.
func (c *Counter) Write(p []byte) { c.scanner.Write(p) }

// Sum is how many bytes each part has, "system:812 tools/search:310 history:9001
// retrieved:120 last:410" without the parts that have none; "" where the body was not one
// whole document or has no input.
func (c *Counter) Sum() string {
	if c.scanner.Err() != nil || c.docs != 1 {
		return ""
	}
	text := make([]byte, 0, 128)
	add := func(name string, n int64) {
		if n > 0 {
			if len(text) > 0 {
				text = append(text, ' ')
			}
			text = strconv.AppendInt(append(append(text, name...), ':'), n, 10)
		}
	}
	add("system", c.system)
	slices.SortFunc(c.tools, func(a, b tool) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), strings.Compare(a.name, b.name))
	})
	rest, named := int64(0), 0
	for _, t := range c.tools {
		if named < maxTools && t.name != Rest {
			add("tools/"+t.name, t.bytes)
			named++
		} else {
			rest += t.bytes
		}
	}
	add("tools/"+Rest, rest)
	history, last := c.history, c.last
	if c.prompt > 0 {
		history, last = history+last, c.prompt
	}
	add("history", history)
	add("retrieved", c.retrieved)
	add("last", last)
	return string(text)
}

// Text counts a piece of a part.
func (c *Counter) Text(f jsonscan.Field, piece []byte, _ bool) {
	n := int64(len(piece))
	switch f {
	case fieldSystem:
		c.system += n
	case fieldFormat:
		c.addTool(Format, n)
	case fieldDocuments:
		c.retrieved += n
	case fieldPrompt:
		c.prompt += n
	}
}

// Value takes names, roles and types.
func (c *Counter) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if k != jsonscan.String {
		return
	}
	switch f {
	case fieldToolName:
		c.name = string(v)
	case fieldToolType:
		c.kind = string(v)
	case fieldToolServer:
		c.name = "mcp__" + string(v) + "__"
	case fieldRole:
		if s := string(v); s == "system" || s == "developer" || s == "SYSTEM" {
			c.role = roleSystem
		}
	case fieldType:
		if documentTypes[string(v)] {
			c.role = roleDocument
		}
	case fieldBlockType:
		c.isDoc = c.isDoc || documentTypes[string(v)]
	}
}

// documentTypes are those of blocks and items that hold what was retrieved.
var documentTypes = map[string]bool{
	"document": true, "search_result": true, "web_search_tool_result": true, "web_fetch_tool_result": true, // Anthropic, Cohere
	"input_file": true, "file": true, "file_search_call": true, // OpenAI
}

// Begin begins a tool, a message or a block of one.
func (c *Counter) Begin(f jsonscan.Field) {
	at := c.scanner.Offset()
	switch f {
	case fieldTool:
		c.open[min(c.depth, 1)] = at
		c.depth++
		c.name, c.kind = "", ""
	case fieldMessage:
		c.message, c.role, c.docsIn = at, roleOther, 0
	case fieldBlock:
		c.block, c.isDoc = at, false
	case fieldDocument:
		c.isDoc = true
	}
}

// End ends it.
func (c *Counter) End(f jsonscan.Field) {
	end := c.scanner.Offset() + 1
	switch f {
	case fieldTool:
		c.depth--
		n := end - c.open[min(c.depth, 1)]
		switch {
		case c.depth > 0: // one of several in an object of Gemini's
			c.inner = true
			c.addTool(server(cmp.Or(c.name, c.kind)), n)
		case !c.inner:
			c.addTool(server(cmp.Or(c.name, c.kind)), n)
		default:
			c.inner = false
		}
	case fieldBlock:
		if c.isDoc {
			c.docsIn += end - c.block
		}
	case fieldMessage:
		n := end - c.message - c.docsIn
		c.retrieved += c.docsIn
		switch c.role {
		case roleSystem:
			c.system += n
		case roleDocument:
			c.retrieved += n
		default:
			c.history += c.last
			c.last = n
		}
	}
}

// Document counts the documents.
func (c *Counter) Document() { c.docs++ }

// server is the MCP server of a tool, where its name says so as mcp__server__tool does;
// else the tool.
func server(name string) string {
	if rest, ok := strings.CutPrefix(name, "mcp__"); ok {
		if s, _, ok := strings.Cut(rest, "__"); ok {
			return "mcp/" + s
		}
	}
	return name
}

func (c *Counter) addTool(name string, n int64) {
	name = clean(name)
	for i := range c.tools {
		if c.tools[i].name == name {
			c.tools[i].bytes += n
			return
		}
	}
	if len(c.tools) >= maxCounted {
		name = Rest
		for i := range c.tools {
			if c.tools[i].name == name {
				c.tools[i].bytes += n
				return
			}
		}
	}
	c.tools = append(c.tools, tool{name, n})
}

// clean is a name that the result can hold: no blank, no colon, and not too long.
func clean(name string) string {
	if name == "" {
		return "(unnamed)"
	}
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r == ':' || r == 0x7f || r > 0x7e {
			return '_'
		}
		return r
	}, name)
	return name[:min(len(name), maxName)]
}
