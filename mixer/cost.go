package mixer

import "mambamixer/ssm"

// Cost is the cost of Apply on batch sequences of the given length and width: the projections, the conv
// and the S6, the gate (5 operations per inner element: SiLU and product). An MLP's activation and biases
// are left out.
func (m Mixer) Cost(batch, length, width int) ssm.Cost {
	rows, inner := batch*length, m.Expand*width
	projections := ssm.LinearCost(rows, width, 2*inner).Plus(ssm.LinearCost(rows, inner, width))
	gate := ssm.Cost{FLOPs: 5 * int64(rows) * int64(inner)}
	switch m.Kind {
	case Selective:
		return projections.Plus(gate).Plus(m.SSM.DirectionalCost(batch, length, inner, m.Bidirectional))
	case Gated:
		return projections.Plus(gate).Plus(ssm.Cost{FLOPs: 4 * int64(rows) * int64(inner)})
	case MLP:
		return ssm.LinearCost(batch*width, length, m.Expand*length).Plus(ssm.LinearCost(batch*width, m.Expand*length, length))
	case Linear:
		return ssm.LinearCost(batch*width, length, length)
	}
	return ssm.Cost{}
}
