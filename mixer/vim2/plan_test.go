package vim2

import (
	"strings"
	"testing"
)

// TestPlan spells out the order of token mixers (t) and channel mixers (c) of a stage.
func TestPlan(t *testing.T) {
	for want, stage := range map[string]Stage{
		"ttc":       {Tokens: 2, Channels: 1},
		"ttcttcttc": {Tokens: 6, Channels: 3},
		"tctc":      {Tokens: 2, Channels: 2},
		"tcttc":     {Tokens: 3, Channels: 2},
		"ctc":       {Tokens: 1, Channels: 2},
		"cc":        {Channels: 2},
		"tt":        {Tokens: 2},
		"":          {},
	} {
		var got strings.Builder
		for _, isChannel := range Tiny().plan(stage) {
			got.WriteByte(map[bool]byte{false: 't', true: 'c'}[isChannel])
		}
		if got.String() != want {
			t.Errorf("%+v runs %q, want %q", stage, got.String(), want)
		}
	}
}
