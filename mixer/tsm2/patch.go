package tsm2

import (
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/mixer/internal/window"
)

// patches cuts x [B, M, L] into [B, M, P, p]: patch i holds steps i·stride .. i·stride+p-1.
//
// When the last patch would end beyond the history, the last value is repeated to fill it, so no step
// is lost; otherwise nothing is added: 512 steps give 32 patches of 16 every 16, and 63 of 16 every 8.
// (PatchTST repeats the last value stride times in every case and gets one patch more.)
func (c Config) patches(x *Node) *Node {
	return window.Patches(x, c.PatchLength, c.PatchStride, c.Patches(x.Shape().Dim(2)))
}
