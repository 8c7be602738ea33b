package otelgenai_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestEveryCountReachesTheCatalogue(t *testing.T) {
	var call otelgenai.Call
	counts := reflect.ValueOf(&call.Usage).Elem()
	want := map[int64]string{}
	for i := range counts.NumField() {
		if f := counts.Field(i); f.CanInt() {
			f.SetInt(int64(1000 + i))
			want[int64(1000+i)] = counts.Type().Field(i).Name
		}
	}
	priced := reflect.ValueOf(call.ForPricing().Usage)
	for i := range priced.NumField() {
		delete(want, priced.Field(i).Int())
	}
	assert.Empty(t, want, "counts that get lost on the way")
}
