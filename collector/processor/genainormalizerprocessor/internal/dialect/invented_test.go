package dialect

import (
	"fmt"
	"testing"
)

// TestEngine_SharesTheMeaningOfInventedKeys: a meaning has an entry for each dialect, and a
// span may have 400,000 keys.
func TestEngine_SharesTheMeaningOfInventedKeys(t *testing.T) {
	e := NewEngine([]*Dialect{
		{Name: "one", Attributes: []Mapping{{From: "one.model", To: RequestModel}}, Content: []string{"one.prompt."}},
		{Name: "two", Scores: []ScoreList{{List: "marks", Member: "mark"}}},
	}, Options{})
	for _, form := range []string{"invented%d", "gen_ai.invented%d", "one.prompt.%d", "marks.%d.mark.score"} {
		if e.known(fmt.Sprintf(form, 1)) != e.known(fmt.Sprintf(form, 2)) {
			t.Errorf("two keys like "+form+" have a meaning each", 1)
		}
	}
	plain, named, prompt, score := e.known("invented"), e.known("one.model"), e.known("one.prompt.7"), e.known("marks.0.mark.score")
	if plain.in[0].known || plain.in[0].content || plain.in[1].score {
		t.Errorf("an invented key means %+v", plain.in)
	}
	if !named.in[0].known || named.in[0].field != RequestModel || named.in[1].known {
		t.Errorf("a key of the first dialect means %+v", named.in)
	}
	if !prompt.in[0].content || prompt.in[1].content {
		t.Errorf("content of the first dialect means %+v", prompt.in)
	}
	if !score.in[1].score || score.in[0].score {
		t.Errorf("a score of the second dialect means %+v", score.in)
	}
}
