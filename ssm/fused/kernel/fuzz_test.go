package kernel_test

import (
	"testing"

	"mambamixer/ssm/ssmref"
)

// FuzzScan holds scans of any shape and options against the reference, with every instruction set and two numbers of
// threads.
func FuzzScan(f *testing.F) {
	f.Add(uint64(1), uint8(2), uint8(9), uint8(17), uint8(16), uint8(1), uint8(63))
	f.Add(uint64(2), uint8(1), uint8(40), uint8(8), uint8(5), uint8(4), uint8(0))
	f.Add(uint64(3), uint8(70), uint8(1), uint8(1), uint8(1), uint8(1), uint8(21))
	f.Fuzz(func(t *testing.T, seed uint64, batch, length, channels, state, groups, options uint8) {
		on := func(bit int) bool { return options>>bit&1 == 1 }
		dims := ssmref.Dims{
			Batch: 1 + int(batch)%80, Length: 1 + int(length)%50, State: 1 + int(state)%40, Groups: 1 + int(groups)%4,
		}
		dims.Channels = dims.Groups * (1 + int(channels)%70)
		for dims.Batch > 1 && dims.Batch*dims.Length*dims.Channels*dims.State > 50_000 {
			dims.Batch /= 2
		}
		parts := ssmref.Optional{D: on(0), Z: on(1), DeltaBias: on(2), InitialState: on(3)}
		s := newScan(seed, dims, parts, ssmref.Options{DeltaSoftplus: on(4), Reverse: on(5)})
		want := s.want()
		for _, isa := range isas {
			t.Run(isa, func(t *testing.T) {
				useISA(t, isa)
				useThreads(t, 1)
				got := s.run(t)
				mustAgree(t, got, want, 1e-5)
				useThreads(t, 3)
				mustBeSame(t, s.run(t), got)
			})
		}
	})
}
