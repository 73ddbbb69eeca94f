package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// lags is a leader among M variates, an AR(1) process, that its followers repeat lag rows later, with noise. Between them
// stand distractors, white noise of the same deviation. A follower's past says nothing of its future; the leader's says
// all but the noise.
//
//	x_leader(t)   = r x_leader(t-1) + sqrt(1-r²) ε
//	x_follower(t) = x_leader(t-lag) + s ε
func lags(leader, variates, distractors int) func(p Probe, rng *rand.Rand, rows int) process {
	const r = 0.8
	return func(p Probe, rng *rand.Rand, rows int) process {
		lead := make([]float64, rows)
		for t := 1; t < rows; t++ {
			lead[t] = r*lead[t-1] + math.Sqrt(1-r*r)*rng.NormFloat64()
		}
		series := process{}
		add := func(name string, value func(t int) float64) {
			x := make([]float64, rows)
			for t := range x {
				x[t] = value(t)
			}
			series.columns, series.values = append(series.columns, name), append(series.values, x)
		}
		kind := map[int]string{}
		for m := range variates {
			if m == variates/2 {
				for i := range distractors {
					add(fmt.Sprintf("distractor%d", i), func(int) float64 { return rng.NormFloat64() })
				}
			}
			if m == leader {
				kind[len(series.values)] = "leader"
				add("leader", func(t int) float64 { return lead[t] })
				continue
			}
			kind[len(series.values)] = "follower"
			add(fmt.Sprintf("follower%d", m), func(t int) float64 { return lead[max(0, t-p.lag)] + probeNoise*rng.NormFloat64() })
		}
		series.forecast = func(m, end int, out []float64) {
			for h := range out {
				switch kind[m] {
				case "leader":
					out[h] = math.Pow(r, float64(h+1)) * lead[end-1]
				case "follower":
					out[h] = lead[end+h-p.lag]
				default:
					out[h] = 0
				}
			}
		}
		return series
	}
}

// hold is a sample-and-hold: a variate of rare events with random heights, zero in between, and one that holds, lag rows
// later, the height of the last event. How far back that event lies is different for each row, so that no linear map
// of the past finds it.
//
//	e(t) = height ~ N(0, 1) with probability 1/24, else 0
//	x(t) = e(last event up to t-lag) + s ε
func hold(p Probe, rng *rand.Rand, rows int) process {
	const rate = 1.0 / 24
	events, last, held := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	for t := range rows {
		if t > 0 {
			last[t] = last[t-1]
		}
		if rng.Float64() < rate {
			events[t] = rng.NormFloat64()
			last[t] = events[t]
		}
		held[t] = last[max(0, t-p.lag)] + probeNoise*rng.NormFloat64()
	}
	return process{
		columns: []string{"events", "held"}, values: [][]float64{events, held},
		forecast: func(m, end int, out []float64) {
			for h := range out {
				out[h] = 0
				if m == 1 {
					out[h] = last[end+h-p.lag]
				}
			}
		},
	}
}

// selector is a variate that repeats, lag rows later, one of two others, both white noise: which one is said by the sign
// of a third, which changes at random.
//
//	s(t) = ±1, changing with probability 1/48 a row
//	x(t) = a(t-lag) where s(t-lag) > 0, else b(t-lag); + s ε
func selector(p Probe, rng *rand.Rand, rows int) process {
	const change = 1.0 / 48
	sign, a, b, x := make([]float64, rows), make([]float64, rows), make([]float64, rows), make([]float64, rows)
	chosen := func(t int) float64 {
		if sign[t] > 0 {
			return a[t]
		}
		return b[t]
	}
	for t := range rows {
		sign[t] = 1
		if t > 0 {
			sign[t] = sign[t-1]
		}
		if rng.Float64() < change {
			sign[t] = -sign[t]
		}
		a[t], b[t] = rng.NormFloat64(), rng.NormFloat64()
		x[t] = chosen(max(0, t-p.lag)) + probeNoise*rng.NormFloat64()
	}
	return process{
		columns: []string{"sign", "a", "b", "chosen"}, values: [][]float64{sign, a, b, x},
		forecast: func(m, end int, out []float64) {
			for h := range out {
				switch m {
				case 0:
					out[h] = math.Pow(1-2*change, float64(h+1)) * sign[end-1]
				case 3:
					out[h] = chosen(end + h - p.lag)
				default:
					out[h] = 0
				}
			}
		},
	}
}

// regimes is three variates, each an AR(2) oscillation whose period changes at random between 8 and 24 rows. The best
// forecast is the expectation under the probabilities of both regimes given the past, which follow from Bayes' rule.
//
//	x(t) = 2q cos(2π/period) x(t-1) - q² x(t-2) + ε,   q = 0.95; the period changes with probability 1/256 a row
func regimes(_ Probe, rng *rand.Rand, rows int) process {
	const q, change, variates = 0.95, 1.0 / 256, 3
	phi := [2][2]float64{}
	for r, period := range []float64{8, 24} {
		phi[r] = [2]float64{2 * q * math.Cos(2*math.Pi/period), -q * q}
	}
	series := process{}
	posterior := make([][][2]float64, variates) // P(regime at t | rows up to t)
	for m := range variates {
		x := make([]float64, rows)
		posterior[m] = make([][2]float64, rows)
		posterior[m][0], posterior[m][1] = [2]float64{0.5, 0.5}, [2]float64{0.5, 0.5}
		regime := m % 2
		for t := 2; t < rows; t++ {
			if rng.Float64() < change {
				regime = 1 - regime
			}
			x[t] = phi[regime][0]*x[t-1] + phi[regime][1]*x[t-2] + rng.NormFloat64()
			posterior[m][t] = filter(posterior[m][t-1], change, func(r int) float64 {
				return math.Exp(-square(x[t]-phi[r][0]*x[t-1]-phi[r][1]*x[t-2]) / 2)
			})
		}
		series.columns, series.values = append(series.columns, fmt.Sprintf("oscillation%d", m)), append(series.values, x)
	}
	series.forecast = func(m, end int, out []float64) {
		x, p := series.values[m], posterior[m][end-1]
		var now, before [2]float64 // E[x(t) 1{regime}], E[x(t-1) 1{regime}]
		for r := range p {
			now[r], before[r] = p[r]*x[end-1], p[r]*x[end-2]
		}
		for h := range out {
			now, before = mixed(now, change), mixed(before, change)
			for r := range now {
				now[r], before[r] = phi[r][0]*now[r]+phi[r][1]*before[r], now[r]
			}
			out[h] = now[0] + now[1]
		}
	}
	return series
}

// mixed carries expectations by regime over one row, in which the regime may change.
func mixed(v [2]float64, change float64) [2]float64 {
	return [2]float64{(1-change)*v[0] + change*v[1], (1-change)*v[1] + change*v[0]}
}

// filter is one step of Bayes' rule for the regime.
func filter(before [2]float64, change float64, likelihood func(regime int) float64) [2]float64 {
	p := mixed(before, change)
	p[0] *= likelihood(0)
	p[1] *= likelihood(1)
	total := p[0] + p[1]
	return [2]float64{p[0] / total, p[1] / total}
}
