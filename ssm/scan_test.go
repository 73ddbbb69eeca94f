package ssm_test

import (
	"fmt"
	"testing"

	"github.com/gomlx/compute/dtypes"

	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

func TestScanOptions(t *testing.T) {
	dims := ssmref.Dims{Batch: 2, Length: 6, Channels: 4, State: 3, Groups: 1}
	for _, method := range ssm.Methods {
		t.Run(fmt.Sprint(method), func(t *testing.T) {
			for options := range 1 << 8 {
				on := func(bit int) bool { return options>>bit&1 == 1 }
				_ = on
				if options > 3 {
					break
				}
				p := newProblem(dtypes.Float32, dims, ssmref.Optional{D: true, Z: true, DeltaBias: true, InitialState: true}, ssm.Options{Method: method, Reverse: on(0)})
				t.Log(p.check(t, dtypes.Float32, 1e-5))
			}
		})
	}
}
