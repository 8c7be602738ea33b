package provider

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/bedrock"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/gemini"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/ollama"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// anywhere lists the formats of a host that is not in the table. Media and
// files are not in it: their paths alone do not tell.
var anywhere = []genai.Protocol{
	text(compatible, "/chat/completions", "/responses", "/completions", "/embeddings", "/rerank"),
	text(messages, "/messages"),
	text(ollama.Protocol, "/api/chat", "/api/generate", "/api/embed"),
	text(gemini.Protocol, ":generateContent", ":streamGenerateContent"),
	text(bedrock.Protocol, "/converse", "/converse-stream"),
}

// text is the part of a protocol whose requests hold a prompt.
func text(p genai.Protocol, endings ...string) genai.Protocol {
	return genai.Protocol{Name: p.Name, Route: func(method, path string) (*genai.API, string) {
		for _, ending := range endings {
			if strings.HasSuffix(path, ending) {
				return p.Route(method, path)
			}
		}
		return nil, ""
	}}
}

var other = &genai.Provider{Vendor: "other hosts", Name: semconv.ProviderOther, Speaks: anywhere, Headers: openai.Headers}

// domains gives the vendors by the domain that they alone have.
var domains = func() map[string]*genai.Provider {
	m := map[string]*genai.Provider{}
	for _, list := range [][]*genai.Provider{makers, resellers, gateways} {
		for _, p := range list {
			if p.Paths != nil {
				continue
			}
			for _, hosts := range p.Hosts {
				for _, host := range expand(hosts) {
					d := domain("." + host)
					if d == ".googleapis.com" || d == ".com.cn" || m[d] != nil {
						continue
					}
					m[d] = &genai.Provider{Vendor: p.Vendor, Name: p.Name, Speaks: anywhere, Headers: p.Headers}
				}
			}
		}
	}
	return m
}()

// Unlisted finds the API of a POST to a host that is not in the table, provided
// that its body agrees. A host in the domain of a vendor is that vendor's.
func Unlisted(host, path string) Target {
	t := At(other, http.MethodPost, path)
	if t.API == nil {
		return t
	}
	if vendor := domains[domain("."+host)]; vendor != nil {
		t.Provider = vendor
	}
	return t
}
