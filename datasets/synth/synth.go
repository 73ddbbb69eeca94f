package synth

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"mambamixer/datasets/ltsf"
)

// Name is the name of every generated set.
const Name = "synthetic"

const (
	coupling  = 0.6 // k
	deviation = 0.3 // s
	warmUp    = 240 // hours before the first row, for the noise and the lags to settle
)

// Config says what to generate.
type Config struct {
	Rows     int    `json:"rows"`     // T, hours
	Variates int    `json:"variates"` // M
	Seed     uint64 `json:"seed"`
}

// Default has the shape of ETTh1: 17420 hourly rows of 7 variates.
func Default() Config { return Config{Rows: 17420, Variates: 7, Seed: 1} }

// Generate makes the series, with the same values on every call. With 14400 rows or more it has the split of ETTh, 12,
// 4 and 4 months, and else 70, 10 and 20 %.
//
// Errors: rows or variates below 1.
func Generate(cfg Config) (*ltsf.Set, error) {
	if cfg.Rows < 1 || cfg.Variates < 1 {
		return nil, fmt.Errorf("a synthetic set needs at least 1 row and 1 variate, not %d and %d", cfg.Rows, cfg.Variates)
	}
	set := &ltsf.Set{
		Name: Name, Synthetic: true, Frequency: "1 h",
		Rows: cfg.Rows, Variates: cfg.Variates,
		Values: make([]float64, cfg.Rows*cfg.Variates),
		Split:  ltsf.MonthSplit(24),
	}
	if cfg.Rows < set.Split.Test.End {
		set.Split = ltsf.RatioSplit(cfg.Rows)
	}
	start := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	for t := range cfg.Rows {
		set.Times = append(set.Times, start.Add(time.Duration(t)*time.Hour).Format(time.DateTime))
	}
	var before []float64
	for m := range cfg.Variates {
		v := newVariate(cfg.Seed, m)
		x := v.series(warmUp+cfg.Rows, before)
		for t, value := range x[warmUp:] {
			set.Values[t*cfg.Variates+m] = math.Round((v.offset+value)*v.scale*1e4) / 1e4
		}
		set.Columns = append(set.Columns, fmt.Sprintf("v%d", m))
		before = x
	}
	set.SHA256 = sum(set.Values)
	return set, nil
}

// variate holds the parameters of one variate, named as in the package comment; offset is in units of scale.
type variate struct {
	a1, a2, w, d, r float64
	phase           [4]float64
	lag             int
	scale, offset   float64
	rng             *rand.Rand
}

func newVariate(seed uint64, m int) variate {
	rng := rand.New(rand.NewPCG(seed, uint64(m)))
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*rng.Float64() }
	v := variate{rng: rng}
	v.a1, v.a2 = between(0.5, 1.5), between(0.1, 0.5)
	v.w, v.d = between(0.2, 0.6), between(0.2, 0.6)
	for i := range v.phase {
		v.phase[i] = rng.Float64()
	}
	v.r = between(0.8, 0.95)
	v.lag = 1 + rng.IntN(24)
	v.scale = math.Pow(10, between(-1, 2))
	v.offset = between(-2, 10)
	return v
}

// series returns x of n hours, given x of the variate before (nil for none).
func (v variate) series(n int, before []float64) []float64 {
	x := make([]float64, n)
	noise := 0.0
	for t := range x {
		noise = v.r*noise + deviation*math.Sqrt(1-v.r*v.r)*v.rng.NormFloat64()
		x[t] = v.cycles(float64(t-warmUp)) + noise
		if before != nil && t >= v.lag {
			x[t] += coupling * before[t-v.lag]
		}
	}
	return x
}

func (v variate) cycles(t float64) float64 {
	wave := func(period, phase float64) float64 { return math.Sin(2 * math.Pi * (t/period + phase)) }
	return v.a1*wave(24, v.phase[0]) + v.a2*wave(12, v.phase[1]) + v.w*wave(168, v.phase[2]) + v.d*wave(8760, v.phase[3])
}

// sum is the SHA-256 of the values as little-endian float64.
func sum(values []float64) string {
	h := sha256.New()
	var word [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
		h.Write(word[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
