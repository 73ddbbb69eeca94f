package bench

import (
	"context"
	"fmt"
	"io"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/ssm"
)

// Block times the training step of one Mamba block, x + mixer(LayerNorm(x)) with the gradients of all parameters and of x,
// as Step does TSM2's. What is left is "rest": residual and loss.
func Block(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	blocks, err := measureBlocks(ctx, b, opts.plan)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s; milliseconds, median [range]\n", newEnv(b).Summary())
	for _, k := range blocks {
		fmt.Fprintf(w, "\n%s", k.table().Text())
	}
	return nil
}

func measureBlocks(ctx context.Context, b compute.Backend, pl plan) (blocks []*breakdown, err error) {
	for _, length := range pl.blockLengths {
		k, err := measureBlock(ctx, b, pl.block, length)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, k)
	}
	return blocks, nil
}

// measureBlock takes dims for those of the scan: the block is half as wide.
func measureBlock(ctx context.Context, b compute.Backend, d dims, length int) (*breakdown, error) {
	config := ssm.DefaultConfig()
	config.StateSize = d.state
	m := mixer.Mixer{Kind: mixer.Selective, Expand: 2, SSM: config}
	shape := []int{d.batch, length, d.channels / m.Expand}
	axes := mixer.Sequence.Token
	block := func(scope *model.Scope, in []*Node) *Node {
		x := in[0] // [B, L, d_model]
		return Add(x, m.Apply(scope, mixer.NormFeature.Apply(scope.In("norm"), x, axes), axes))
	}
	parts := append(mixerParts("block", 1, m, shape[0], shape[1], shape[2]), normPart("block", 1, mixer.NormFeature, axes, shape...))
	title := fmt.Sprintf("A Mamba block's training step: B=%d L=%d d_model=%d, N=%d", shape[0], shape[1], shape[2], d.state)
	return breakDown(ctx, b, title, parts, func() (sample, error) {
		return timeGraph(ctx, b, training, block, []*tensors.Tensor{normal(shape...)})
	})
}
