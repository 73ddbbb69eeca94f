package tsm2

import "mambamixer/ssm"

// Cost is the arithmetic and the least memory traffic of one forward pass on a batch of windows. It
// counts the embedding, each mixer's projections, conv, S6 and gate, and the head; norms, averages and
// the instance norm (a few operations per value) are left out.
func (c Config) Cost(batch, history, horizon, variates int) ssm.Cost {
	patches := c.Patches(history)
	series := batch * variates
	block := c.block()
	return ssm.LinearCost(series*patches, c.PatchLength, c.DModel).
		Plus(times(c.Layers, block.Token.Cost(series, patches, c.DModel))).
		Plus(times(c.Layers, block.Channel.Cost(batch*patches, variates, c.DModel))).
		Plus(ssm.LinearCost(series, patches*c.DModel, horizon))
}

func times(n int, c ssm.Cost) ssm.Cost {
	return ssm.Cost{FLOPs: int64(n) * c.FLOPs, Bytes: int64(n) * c.Bytes}
}
