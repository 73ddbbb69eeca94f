package ssm

// Cost is the arithmetic and the least memory traffic of an operation.
type Cost struct {
	FLOPs int64 // floating-point operations, a multiply-add counted as two and an exponential as one
	Bytes int64 // each input read once and each output written once, 4 bytes a number
}

// Plus adds two costs.
func (c Cost) Plus(other Cost) Cost { return Cost{c.FLOPs + other.FLOPs, c.Bytes + other.Bytes} }

// ScanCost is the cost of a forward Scan with Euler discretisation: per element of B·L·D·N the operations are
// Δ·A, exp, Δu·B, Ā·h, +, C·h, +, that is 7, and per element of B·L·D the product Δ·u, the skip (2) and the gate (5),
// where they are used. The often quoted 9·B·L·D·N counts the same recurrence with the discretisation done separately.
func ScanCost(batch, length, channels, state int, skip, gate bool) Cost {
	sequence := int64(batch) * int64(length) * int64(channels)
	perChannel := int64(1)
	arrays := int64(3) // u, delta, y
	if skip {
		perChannel += 2
	}
	if gate {
		perChannel += 5
		arrays++
	}
	projections := 2 * int64(batch) * int64(length) * int64(state)
	return Cost{
		FLOPs: sequence * (7*int64(state) + perChannel),
		Bytes: 4 * (arrays*sequence + projections + int64(channels)*int64(state)),
	}
}

// LinearCost is the cost of Linear on rows vectors.
func LinearCost(rows, in, out int) Cost {
	r, i, o := int64(rows), int64(in), int64(out)
	return Cost{FLOPs: 2 * r * i * o, Bytes: 4 * (r*i + i*o + r*o)}
}

// ConvCost is the cost of DepthwiseConv1D.
func ConvCost(batch, length, channels, width int) Cost {
	sequence := int64(batch) * int64(length) * int64(channels)
	return Cost{FLOPs: sequence * (2*int64(width) + 1), Bytes: 4 * (2*sequence + int64(channels)*int64(width+1))}
}

// S6Cost is the cost of S6 on [batch, length, channels] with a selector of so many features: the projections, the bias and
// the softplus of Δ (4 operations for each), A from its logarithm, and the scan.
func (cfg Config) S6Cost(batch, length, channels, selector int, gate bool) Cost {
	rows, rank := batch*length, cfg.Rank(channels)
	return LinearCost(rows, selector, rank+2*cfg.StateSize).
		Plus(LinearCost(rows, rank, channels)).
		Plus(Cost{FLOPs: 4*int64(rows)*int64(channels) + 2*int64(channels)*int64(cfg.StateSize)}).
		Plus(ScanCost(batch, length, channels, cfg.StateSize, true, gate))
}

// S6Parameters is the number of parameters of S6 with so many channels and features of its selector.
func (cfg Config) S6Parameters(channels, selector int) int {
	rank := cfg.Rank(channels)
	return selector*(rank+2*cfg.StateSize) + rank*channels + channels + channels*cfg.StateSize + channels
}

// DirectionalCost is the cost of Directional on [batch, length, channels], selecting from the convolution's output.
func (cfg Config) DirectionalCost(batch, length, channels int, bidirectional bool) Cost {
	silu := Cost{FLOPs: 4 * int64(batch) * int64(length) * int64(channels)}
	branch := ConvCost(batch, length, channels, cfg.ConvWidth).Plus(silu).Plus(cfg.S6Cost(batch, length, channels, channels, false))
	if bidirectional {
		return branch.Plus(branch)
	}
	return branch
}
