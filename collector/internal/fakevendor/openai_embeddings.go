package fakevendor

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
)

func decodeEmbeddings(body []byte, req *request) error {
	var in struct {
		Model          string          `json:"model"`
		Input          json.RawMessage `json:"input"`
		Dimensions     int             `json:"dimensions"`
		EncodingFormat string          `json:"encoding_format"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	req.Model, req.promptBytes = in.Model, len(in.Input)
	req.base64 = in.EncodingFormat == "base64"
	req.dimensions, req.inputs = in.Dimensions, 1
	if req.dimensions <= 0 {
		req.dimensions = 1536 // text-embedding-3-small
	}
	var several []json.RawMessage
	if json.Unmarshal(in.Input, &several) == nil {
		req.inputs = len(several)
	}
	return nil
}

type embeddingList struct {
	Object string         `json:"object"`
	Data   []embedding    `json:"data"`
	Model  string         `json:"model"`
	Usage  embeddingUsage `json:"usage"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // []float32, or base64 of little-endian float32
}

type embeddingUsage struct {
	PromptTokens int64 `json:"prompt_tokens"`
	TotalTokens  int64 `json:"total_tokens"`
}

func renderEmbeddings(g *generator, req request, a Answer) reply {
	out := embeddingList{
		Object: "list", Model: a.Model,
		Usage: embeddingUsage{PromptTokens: a.Usage.Input, TotalTokens: a.Usage.Input},
	}
	for i := range req.inputs {
		vector := make([]float32, req.dimensions)
		for j := range vector {
			vector[j] = float32(g.rnd.NormFloat64() / math.Sqrt(float64(req.dimensions)))
		}
		e := embedding{Object: "embedding", Index: i, Embedding: vector}
		if req.base64 {
			raw := make([]byte, 0, 4*len(vector))
			for _, f := range vector {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
			}
			e.Embedding = base64.StdEncoding.EncodeToString(raw)
		}
		out.Data = append(out.Data, e)
	}
	return reply{status: http.StatusOK, body: mustJSON(out), usageSent: true}
}
