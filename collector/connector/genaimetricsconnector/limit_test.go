package genaimetricsconnector

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestCut_BoundsALabel(t *testing.T) {
	assert.Equal(t, "gpt-5", cut("gpt-5"))
	long := cut(strings.Repeat("é", 5_000_000))
	assert.LessOrEqual(t, len(long), maxLabel)
	assert.True(t, utf8.ValidString(long))
	assert.NotEmpty(t, long)
}
