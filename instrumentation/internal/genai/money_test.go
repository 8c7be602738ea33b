package genai_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

func TestMoney_IsPlainDecimalDollars(t *testing.T) {
	for _, tt := range []struct {
		number string
		digits int
		want   string
	}{
		{"0.00014", 0, "0.00014"},
		{"12", 0, "12"},
		{"0", 0, "0"},
		{"0.0", 0, "0"},
		{"100", 0, "100"},
		{"9.5e-7", 0, "0.00000095"},
		{"1.5E+2", 0, "150"},
		{"-0.5", 0, "-0.5"},
		{"0.00012345678901234567", 0, "0.000123456789012346"}, // what a float adds
		{"0.0076265000000000005", 0, "0.0076265"},
		{"7.6265000000000005e-03", 0, "0.0076265"},
		{"37756000", 10, "0.0037756"},
		{"200000000", 10, "0.02"},
		{"1e999999999", 0, ""},
		{"1e-999999999", 0, ""},
		{"1e", 0, ""},
	} {
		t.Run(tt.number, func(t *testing.T) {
			assert.Equal(t, tt.want, genai.Money(jsonscan.Number, []byte(tt.number), tt.digits))
		})
	}
	assert.Empty(t, genai.Money(jsonscan.String, []byte("0.5"), 0))
	assert.Empty(t, genai.Money(jsonscan.Null, []byte("null"), 0))
}

func TestAddMoney(t *testing.T) {
	for _, tt := range [][3]string{{"0", "0.025", "0.025"}, {"0.00125", "0.025", "0.02625"}, {"", "0.5", "0.5"}, {"0.5", "", "0.5"}, {"", "", ""}, {"x", "1", ""}} {
		assert.Equal(t, tt[2], genai.AddMoney(tt[0], tt[1]), tt)
	}
}
