package kernel_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"mambamixer/ssm/fused/kernel"
	"mambamixer/ssm/ssmref"
)

var all = ssmref.Optional{D: true, Z: true, DeltaBias: true, InitialState: true}

// TestOptions holds every combination of options against the reference.
func TestOptions(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for bits := range 64 {
			on := func(bit int) bool { return bits>>bit&1 == 1 }
			parts := ssmref.Optional{D: on(0), Z: on(1), DeltaBias: on(2), InitialState: on(3)}
			opt := ssmref.Options{DeltaSoftplus: on(4), Reverse: on(5)}
			for _, channels := range []int{10, 20} { // of a narrow and of a wide group
				t.Run(fmt.Sprintf("%d%+v%+v", channels, parts, opt), func(t *testing.T) {
					s := newScan(uint64(bits), ssmref.Dims{Batch: 2, Length: 19, Channels: channels, State: 5, Groups: 2}, parts, opt)
					mustAgree(t, s.run(t), s.want(), 1e-5)
				})
			}
		}
	})
}

// TestShapes holds every path through the loops against the reference: whole and partial chunks, vectors of channels,
// slabs of states, parts of the batch and ranges of channels.
func TestShapes(t *testing.T) {
	largest := 100_000
	if testing.Short() {
		largest = 20_000
	}
	for _, channels := range []int{1, 5, 16, 33, 256} {
		t.Run(fmt.Sprintf("D%d", channels), func(t *testing.T) {
			seed := uint64(channels)
			for _, batch := range []int{1, 2, 3, 64} {
				for _, length := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 100, 333} {
					for _, state := range []int{1, 4, 16, 17} {
						for _, groups := range []int{1, 2} {
							dims := ssmref.Dims{Batch: batch, Length: length, Channels: channels * groups, State: state, Groups: groups}
							seed++
							if batch*length*dims.Channels*state <= largest {
								s := newScan(seed, dims, all, ssmref.Options{DeltaSoftplus: seed%2 == 0, Reverse: seed%3 == 0})
								s.mustAgreeOnEveryISA(t)
							}
						}
					}
				}
			}
		})
	}
}

// TestEmpty: without steps the state stays as it is, and without sequences the parameters have no gradient.
func TestEmpty(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for _, dims := range []ssmref.Dims{{Batch: 2, Channels: 20, State: 3, Groups: 1}, {Length: 9, Channels: 20, State: 3, Groups: 1}} {
			s := newScan(1, dims, all, ssmref.Options{})
			got := s.run(t)
			mustBeSame(t, got, outcome{"last": s.in.InitialState, "∂InitialState": s.gLast})
			for _, name := range []string{"∂A", "∂D", "∂DeltaBias"} {
				mustBeSame(t, got, outcome{name: make([]float32, len(got[name]))})
			}
		}
	})
}

// TestThreads: the results don't depend on the number of threads.
func TestThreads(t *testing.T) {
	for _, dims := range []ssmref.Dims{
		{Batch: 1, Length: 100, Channels: 500, State: 16, Groups: 1},
		{Batch: 3, Length: 50, Channels: 192, State: 16, Groups: 2},
		{Batch: 200, Length: 7, Channels: 32, State: 16, Groups: 1},
	} {
		t.Run(name(dims), func(t *testing.T) {
			s := newScan(1, dims, all, ssmref.Options{DeltaSoftplus: true})
			useThreads(t, 1)
			want := s.run(t)
			for _, threads := range []int{2, 3, 8} {
				kernel.SetThreads(threads)
				for range 5 {
					mustBeSame(t, s.run(t), want)
				}
			}
		})
	}
}

// TestConcurrentCalls: scans may run at the same time.
func TestConcurrentCalls(t *testing.T) {
	useThreads(t, 3)
	var group sync.WaitGroup
	for caller := range 6 {
		s := newScan(uint64(caller), ssmref.Dims{Batch: 2 + caller, Length: 40, Channels: 100, State: 16, Groups: 1}, all, ssmref.Options{})
		want := s.run(t)
		group.Go(func() {
			for range 20 {
				mustBeSame(t, s.run(t), want)
			}
		})
	}
	group.Wait()
}

// TestNaN: a NaN in any input reaches what depends on it, and nothing else.
func TestNaN(t *testing.T) {
	nan := float32(math.NaN())
	dims := ssmref.Dims{Batch: 2, Length: 20, Channels: 20, State: 16, Groups: 1}
	eachISA(t, func(t *testing.T) {
		for _, softplus := range []bool{false, true} {
			s := newScan(1, dims, all, ssmref.Options{DeltaSoftplus: softplus})
			poison := map[string]*float32{ // in channel 3 of sequence 1, step 10
				"U": &s.in.U[(20+10)*20+3], "Delta": &s.in.Delta[(20+10)*20+3], "Z": &s.in.Z[(20+10)*20+3],
				"A": &s.in.A[3*16+7], "D": &s.in.D[3], "DeltaBias": &s.in.DeltaBias[3], "InitialState": &s.in.InitialState[(20+3)*16],
				"B": &s.in.B[(20+10)*16+7], "C": &s.in.C[(20+10)*16+7],
			}
			for input, place := range poison {
				before := *place
				*place = nan
				s.widen(dims)
				got := s.run(t)
				for name, want := range s.want() {
					for i, v := range want.values {
						if math.IsNaN(v) != (got[name][i] != got[name][i]) {
							t.Errorf("with NaN in %s, %s[%d] is %v, want %v", input, name, i, got[name][i], v)
							break
						}
					}
				}
				*place = before
			}
		}
	})
}

// TestExtremeSteps: exp(delta A) at its limits of 1 and 0, and in between where it is denormal.
func TestExtremeSteps(t *testing.T) {
	dims := ssmref.Dims{Batch: 2, Length: 30, Channels: 20, State: 16, Groups: 1}
	eachISA(t, func(t *testing.T) {
		for _, delta := range []float32{0, 1e-38, 1e-30, 1e-8, 1e-3, 60, 100, 1e4, 1e30} {
			s := newScan(1, dims, ssmref.Optional{InitialState: true}, ssmref.Options{})
			for i := range s.in.Delta {
				s.in.Delta[i] = delta
			}
			s.widen(dims)
			got, want := s.run(t), s.want()
			if delta > 1e20 {
				// The gradient of a float32 sum of 1e30·1e30 has no place in float32.
				want = map[string]exact{"y": want["y"], "last": want["last"]}
			}
			mustAgree(t, got, want, 1e-5)
			if t.Failed() {
				t.Fatalf("with delta %v", delta)
			}
		}
	})
}

// TestLeftOut: gradients that are not asked for change nothing.
func TestLeftOut(t *testing.T) {
	s := newScan(1, ssmref.Dims{Batch: 1, Length: 30, Channels: 100, State: 16, Groups: 1}, all, ssmref.Options{})
	want := s.run(t)
	starts := make([]float32, s.dims.StartsSize())
	s.forward(t, starts)
	for i := range 9 {
		grad := s.gradients()
		part := []*[]float32{&grad.U, &grad.Delta, &grad.A, &grad.B, &grad.C, &grad.D, &grad.Z, &grad.DeltaBias, &grad.InitialState}
		*part[i] = nil
		if err := kernel.Backward(s.dims, s.in, starts, s.gy, s.gLast, grad); err != nil {
			t.Fatal(err)
		}
		for j, name := range []string{"∂U", "∂Delta", "∂A", "∂B", "∂C", "∂D", "∂Z", "∂DeltaBias", "∂InitialState"} {
			if i != j {
				mustBeSame(t, outcome{name: *part[j]}, outcome{name: want[name]})
			}
		}
	}
}

// TestErrors: calls that don't fit say what is wrong.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(s *scan)
	}{
		{"Groups must divide Channels", func(s *scan) { s.dims.Groups = 3 }},
		{"State and Groups of at least 1", func(s *scan) { s.dims.State = 0 }},
		{"Delta of a scan has 3 values", func(s *scan) { s.in.Delta = s.in.Delta[:3] }},
		{"gradient of D was asked for", func(s *scan) { s.in.D = nil }},
	} {
		s := newScan(1, ssmref.Dims{Batch: 1, Length: 4, Channels: 2, State: 2, Groups: 1}, all, ssmref.Options{})
		grad := s.gradients()
		c.change(&s)
		err := kernel.Backward(s.dims, s.in, nil, s.gy, s.gLast, grad)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got the error %v, want one with %q", err, c.want)
		}
	}
	if err := kernel.SetISA("sse9"); err == nil || !strings.Contains(err.Error(), `"sse9"`) {
		t.Errorf("got the error %v for an unknown instruction set", err)
	}
}

// TestEnvironment: the instruction set and the number of threads follow the environment, read in a process of its own.
func TestEnvironment(t *testing.T) {
	if os.Getenv("MAMBAMIXER_SCAN_PRINT") != "" {
		isa, err := kernel.ISA()
		fmt.Printf("isa %q, error %v, threads %d\n", isa, err, kernel.Threads())
		return
	}
	for _, c := range []struct{ isa, threads, want string }{
		{"portable", "3", `isa "portable", error <nil>, threads 3`},
		{"sse9", "1", `isa "", error MAMBAMIXER_SCAN_ISA must be avx512, avx2 or portable`},
	} {
		command := exec.Command(os.Args[0], "-test.run=^TestEnvironment$")
		command.Env = append(os.Environ(), "MAMBAMIXER_SCAN_PRINT=1", "MAMBAMIXER_SCAN_ISA="+c.isa, "MAMBAMIXER_SCAN_THREADS="+c.threads)
		out, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("with %+v: %v, %s", c, err, out)
		}
	}
}
