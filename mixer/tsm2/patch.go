package tsm2

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// patches cuts x [B, M, L] into [B, M, P, p]: patch i holds steps i·stride .. i·stride+p-1.
//
// When the last patch would end beyond the history, the last value is repeated to fill it, so no step
// is lost; otherwise nothing is added: 512 steps give 32 patches of 16 every 16, and 63 of 16 every 8.
// (PatchTST repeats the last value stride times in every case and gets one patch more.)
func (c Config) patches(x *Node) *Node {
	batch, variates, history := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	count := c.Patches(history)
	if missing := (count-1)*c.PatchStride + c.PatchLength - history; missing > 0 {
		last := SliceAxis(x, 2, AxisElem(-1)) // [B, M, 1]
		x = Concatenate([]*Node{x, BroadcastToDims(last, batch, variates, missing)}, 2)
	}
	if c.PatchStride == c.PatchLength {
		return Reshape(x, batch, variates, count, c.PatchLength)
	}
	each := make([]*Node, count)
	for i := range each {
		start := i * c.PatchStride
		each[i] = SliceAxis(x, 2, AxisRange(start, start+c.PatchLength)) // [B, M, p]
	}
	return Stack(each, 2)
}
