package ssmref_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mambamixer/ssm/ssmref"
)

func rng() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// TestTwoSteps compares two steps of one state with what the equations give by hand. With
// delta = ln 2 and A = -1, Ā = 1/2 and the ZOH B̄ is B/2; with u = (2, 4) and B = (1, 3), Euler's
// B̄u is ln2·(2, 12) and ZOH's is (1, 6). C = (1, 1/2).
func TestTwoSteps(t *testing.T) {
	ln2, ln3 := math.Ln2, math.Log(3)
	steps := func() ssmref.Inputs {
		return ssmref.Inputs{
			Dims:  ssmref.Dims{Batch: 1, Length: 2, Channels: 1, State: 1, Groups: 1},
			U:     []float64{2, 4},
			Delta: []float64{ln2, ln2},
			A:     []float64{-1},
			B:     []float64{1, 3},
			C:     []float64{1, 0.5},
		}
	}
	for _, c := range []struct {
		name   string
		change func(in *ssmref.Inputs)
		opt    ssmref.Options
		y      []float64
		last   float64
	}{
		{"euler", nil, ssmref.Options{}, []float64{2 * ln2, 6.5 * ln2}, 13 * ln2},
		{"zoh", nil, ssmref.Options{ZOH: true}, []float64{1, 3.25}, 6.5},
		{"skip", func(in *ssmref.Inputs) { in.D = []float64{10} }, ssmref.Options{ZOH: true}, []float64{21, 43.25}, 6.5},
		// SiLU(ln 3) = ln 3 · 3/4.
		{"gate", func(in *ssmref.Inputs) { in.Z = []float64{0, ln3} }, ssmref.Options{ZOH: true}, []float64{0, 3.25 * 0.75 * ln3}, 6.5},
		{"initial state", func(in *ssmref.Inputs) { in.InitialState = []float64{8} }, ssmref.Options{ZOH: true}, []float64{5, 4.25}, 8.5},
		// h: 6 after t = 1, then 6/2 + 1 after t = 0.
		{"reverse", nil, ssmref.Options{ZOH: true, Reverse: true}, []float64{4, 3}, 4},
		// softplus(0) = ln 2.
		{"bias, softplus", func(in *ssmref.Inputs) {
			in.Delta, in.DeltaBias = []float64{-1, -1}, []float64{1}
		}, ssmref.Options{ZOH: true, DeltaSoftplus: true}, []float64{1, 3.25}, 6.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := steps()
			if c.change != nil {
				c.change(&in)
			}
			y, last := ssmref.Forward(in, c.opt)
			mustBeClose(t, "y", y, c.y, 1e-15)
			mustBeClose(t, "last state", last, []float64{c.last}, 1e-15)
		})
	}
}

// TestGroups: with G groups, the scan is G scans of D/G consecutive channels each.
func TestGroups(t *testing.T) {
	whole := ssmref.Random(rng(), ssmref.Dims{Batch: 2, Length: 4, Channels: 4, State: 3, Groups: 2}, ssmref.Optional{})
	y, last := ssmref.Forward(whole, ssmref.Options{})
	for group := range 2 {
		part := whole
		part.Channels, part.Groups = 2, 1
		part.U, part.Delta = pick(whole.U, 4, group*2, 2), pick(whole.Delta, 4, group*2, 2)
		part.A = whole.A[group*2*3:][:2*3]
		part.B, part.C = pick(whole.B, 2*3, group*3, 3), pick(whole.C, 2*3, group*3, 3)
		partY, partLast := ssmref.Forward(part, ssmref.Options{})
		mustBeClose(t, "y", partY, pick(y, 4, group*2, 2), 0)
		mustBeClose(t, "last state", partLast, pick(last, 4*3, group*2*3, 2*3), 0)
	}
}

// TestGradients compares every gradient with central differences of the loss <y, gy> + <last, gLast>.
func TestGradients(t *testing.T) {
	for options := range 1 << 8 {
		on := func(bit int) bool { return options>>bit&1 == 1 }
		parts := ssmref.Optional{D: on(0), Z: on(1), DeltaBias: on(2), InitialState: on(3)}
		opt := ssmref.Options{DeltaSoftplus: on(4), Reverse: on(5), ZOH: on(6)}
		dims := ssmref.Dims{Batch: 2, Length: 4, Channels: 4, State: 3, Groups: 1}
		if on(7) {
			dims.Groups = 2
		}
		t.Run(fmt.Sprintf("%+v %+v groups %d", parts, opt, dims.Groups), func(t *testing.T) {
			checkGradients(t, ssmref.Random(rng(), dims, parts), opt)
		})
	}
}

// TestGradientsSmallA: zero-order hold divides by A; its limit at A = 0 is Euler's B̄ and has a gradient.
func TestGradientsSmallA(t *testing.T) {
	in := ssmref.Random(rng(), ssmref.Dims{Batch: 1, Length: 3, Channels: 2, State: 4, Groups: 1}, ssmref.Optional{})
	for _, a := range []float64{0, 1e-12, -1e-6, -0.01, 0.5} {
		for i := range in.A {
			in.A[i] = a * float64(i+1)
		}
		checkGradients(t, in, ssmref.Options{ZOH: true})
	}
}

func checkGradients(t *testing.T, in ssmref.Inputs, opt ssmref.Options) {
	t.Helper()
	random := rng()
	gy := ssmref.Normal(random, len(in.U))
	gLast := ssmref.Normal(random, in.Batch*in.Channels*in.State)
	loss := func() float64 {
		y, last := ssmref.Forward(in, opt)
		return dot(y, gy) + dot(last, gLast)
	}
	got := ssmref.Backward(in, opt, gy, gLast).Slices()
	for i, field := range in.Fields() {
		if field.Values == nil {
			if got[i] != nil {
				t.Errorf("%s was left out, but it has a gradient", field.Name)
			}
			continue
		}
		mustBeClose(t, "gradient of "+field.Name, got[i], differences(field.Values, loss), 1e-8)
	}
}

// TestBackwardWithoutLast: no gradient of the last state is the same as a gradient of zero.
func TestBackwardWithoutLast(t *testing.T) {
	in := ssmref.Random(rng(), ssmref.Dims{Batch: 2, Length: 3, Channels: 2, State: 2, Groups: 1}, ssmref.Optional{InitialState: true})
	without := ssmref.Backward(in, ssmref.Options{}, in.U, nil).Slices()
	for i, zero := range ssmref.Backward(in, ssmref.Options{}, in.U, make([]float64, 2*2*2)).Slices() {
		mustBeClose(t, in.Fields()[i].Name, without[i], zero, 0)
	}
}

// everything is a scan with all optional inputs, for the laws below.
func everything() ssmref.Inputs {
	return ssmref.Random(rng(), ssmref.Dims{Batch: 2, Length: 6, Channels: 4, State: 3, Groups: 2},
		ssmref.Optional{D: true, Z: true, DeltaBias: true, InitialState: true})
}

// TestLinear: from a zero state, y and the last state are linear in u.
func TestLinear(t *testing.T) {
	in := everything()
	in.InitialState = nil
	other := in
	other.U = ssmref.Normal(rng(), len(in.U))
	sum := in
	sum.U = combine(3, in.U, -2, other.U)
	y, last := ssmref.Forward(in, ssmref.Options{})
	otherY, otherLast := ssmref.Forward(other, ssmref.Options{})
	sumY, sumLast := ssmref.Forward(sum, ssmref.Options{})
	mustBeClose(t, "y", sumY, combine(3, y, -2, otherY), 1e-14)
	mustBeClose(t, "last state", sumLast, combine(3, last, -2, otherLast), 1e-14)
}

// TestCausal: changing u at step t leaves every earlier output as it was, and changes a later one.
func TestCausal(t *testing.T) {
	const at = 3
	in := everything()
	y, _ := ssmref.Forward(in, ssmref.Options{})
	in.U = slices.Clone(in.U)
	in.U[at*in.Channels]++ // sequence 0, channel 0
	changed, _ := ssmref.Forward(in, ssmref.Options{})
	before := at * in.Channels
	mustBeClose(t, "y before the change", changed[:before], y[:before], 0)
	for step := at; step < in.Length; step++ {
		if changed[step*in.Channels] == y[step*in.Channels] {
			t.Errorf("y at step %d does not depend on u at step %d", step, at)
		}
	}
}

// TestReverse: the reversed scan is the scan of the flipped sequence, flipped back.
func TestReverse(t *testing.T) {
	in := everything()
	y, last := ssmref.Forward(in, ssmref.Options{Reverse: true})
	flip := func(x []float64) []float64 { return flipTime(x, in.Batch, in.Length) }
	flipped := in
	flipped.U, flipped.Delta, flipped.Z = flip(in.U), flip(in.Delta), flip(in.Z)
	flipped.B, flipped.C = flip(in.B), flip(in.C)
	flippedY, flippedLast := ssmref.Forward(flipped, ssmref.Options{})
	mustBeClose(t, "y", y, flip(flippedY), 0)
	mustBeClose(t, "last state", last, flippedLast, 0)
}

// TestSplit: scanning two parts one after the other, with the state carried over, is scanning the whole.
func TestSplit(t *testing.T) {
	in := everything()
	y, last := ssmref.Forward(in, ssmref.Options{})
	for at := 1; at < in.Length; at++ {
		head := between(in, 0, at)
		headY, state := ssmref.Forward(head, ssmref.Options{})
		tail := between(in, at, in.Length)
		tail.InitialState = state
		tailY, tailLast := ssmref.Forward(tail, ssmref.Options{})
		mustBeClose(t, "y of the head", headY, cutTime(y, in.Batch, in.Length, 0, at), 0)
		mustBeClose(t, "y of the tail", tailY, cutTime(y, in.Batch, in.Length, at, in.Length), 0)
		mustBeClose(t, "last state", tailLast, last, 0)
	}
}

// TestZeroOrderHold: for an input that is constant over a step, zero-order hold is exact, so two
// half steps reach the state of one whole step; Euler gets there at first order.
func TestZeroOrderHold(t *testing.T) {
	held := func(pieces int) ssmref.Inputs {
		in := ssmref.Inputs{
			Dims: ssmref.Dims{Batch: 1, Length: pieces, Channels: 1, State: 1, Groups: 1},
			A:    []float64{-1.5}, InitialState: []float64{0.7},
		}
		for range pieces {
			in.U, in.B, in.C = append(in.U, 2), append(in.B, 3), append(in.C, 1)
			in.Delta = append(in.Delta, 0.8/float64(pieces))
		}
		return in
	}
	_, exact := ssmref.Forward(held(1), ssmref.Options{ZOH: true})
	previous := math.Inf(1)
	for pieces := 2; pieces <= 256; pieces *= 2 {
		_, zoh := ssmref.Forward(held(pieces), ssmref.Options{ZOH: true})
		mustBeClose(t, "last state with zero-order hold", zoh, exact, 1e-13)
		_, euler := ssmref.Forward(held(pieces), ssmref.Options{})
		miss := math.Abs(euler[0] - exact[0])
		if pieces >= 16 && math.Abs(previous/miss-2) > 0.1 {
			t.Errorf("%d pieces: halving the step divides Euler's error by %.3f, want about 2", pieces, previous/miss)
		}
		previous = miss
	}
}

// TestBadShapes: a slice that does not fit is named in a sentence.
func TestBadShapes(t *testing.T) {
	for _, c := range []struct {
		change func(in *ssmref.Inputs)
		want   string
	}{
		{func(in *ssmref.Inputs) { in.U = in.U[1:] }, "U has 47 values, but its shape [2 6 4] needs 48"},
		{func(in *ssmref.Inputs) { in.A = nil }, "A has 0 values, but its shape [4 3] needs 12"},
		{func(in *ssmref.Inputs) { in.Z = []float64{} }, "Z has 0 values, but its shape [2 6 4] needs 48"},
		{func(in *ssmref.Inputs) { in.Groups = 3 }, "4 channels cannot be divided into 3 equal groups"},
		{func(in *ssmref.Inputs) { in.Length = 0 }, "every size must be at least 1"},
	} {
		in := everything()
		c.change(&in)
		for name, call := range map[string]func(){
			"Forward":  func() { ssmref.Forward(in, ssmref.Options{}) },
			"Backward": func() { ssmref.Backward(in, ssmref.Options{}, in.U, nil) },
		} {
			if message := panicMessage(call); !strings.Contains(message, c.want) {
				t.Errorf("%s panics with %q, want %q in it", name, message, c.want)
			}
		}
	}
}
