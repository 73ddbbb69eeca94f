package bench

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
	"mambamixer/mixer/vim2"
	"mambamixer/ssm"
)

// stageShape is a stage of ViM2 on a batch, as its scans see it.
type stageShape struct {
	vim2.Stage
	tokens   dims // of each route of a token mixer's scan
	channels dims // of each direction of a channel mixer's, along the channels of each place
	side     int  // places

	tokenScans, channelScans int // of all mixers
}

// stageShapes lists the stages of a model on square pictures.
func stageShapes(c vim2.Config, batch, side int) (shapes []stageShape) {
	side = (side + c.Patch - 1) / c.Patch
	for i, s := range c.Stages {
		if i > 0 {
			side = (side + 1) / 2
		}
		places := side * side
		shapes = append(shapes, stageShape{
			Stage: s, side: side,
			tokens:   dims{batch, places, c.Expand * s.Width, c.SSM.StateSize},
			channels: dims{batch * places, s.ChannelWidth / c.ChannelStep, c.ChannelStep, c.SSM.StateSize},

			tokenScans: s.Tokens * len(c.Routes.List()), channelScans: s.Channels * channelDirections(c),
		})
	}
	return shapes
}

// channelDirections is how many scans a channel mixer of the mode ChannelPosition makes; a perceptron makes none.
func channelDirections(c vim2.Config) int {
	switch {
	case c.ChannelMixer != vim2.ChannelPosition:
		return 0
	case c.UnidirectionalChannel:
		return 1
	}
	return 2
}

// scansAlone is how many milliseconds all scans of a model take, each timed alone, by their medians. Its channel mixers are of
// the mode ChannelPosition, or don't scan.
func scansAlone(ctx context.Context, b compute.Backend, c vim2.Config, p pass, batch, side int) (sum float64, err error) {
	for _, s := range stageShapes(c, batch, side) {
		for _, scans := range []struct {
			dims
			count int
		}{{s.tokens, s.tokenScans}, {s.channels, s.channelScans}} {
			if scans.count == 0 {
				continue
			}
			alone, err := timeScan(ctx, b, p, scans.dims, ssm.Options{DeltaSoftplus: true}, false)
			if err != nil {
				return 0, fmt.Errorf("scan of %s: %w", scans.dims, err)
			}
			sum += float64(scans.count) * alone.median()
		}
	}
	return sum, nil
}

// crossTable has, at the shapes of each stage, S6 along the rows, which is one plain scan of the same size, and the
// cross-scan of four routes, both with all that they select and with their parameters' gradients.
func crossTable(ctx context.Context, b compute.Backend, c vim2.Config, batch, side int) (*result.Table, error) {
	table := &result.Table{
		Title: "Cross-scan of four routes beside one plain scan, S6 along the rows",
		Columns: []result.Column{{Name: "stage", Right: true}, {Name: "pictures"}, {Name: "pass"}, {Name: "one scan ms", Right: true},
			{Name: "cross-scan ms", Right: true}, {Name: "ratio", Right: true}},
	}
	for i, s := range stageShapes(c, batch, side) {
		shape := []int{batch, s.side, s.side, s.tokens.channels}
		for _, p := range passes {
			plain, err := timeGraph(ctx, b, p, func(scope *model.Scope, in []*Node) *Node {
				sequence := Reshape(in[0], s.tokens.batch, s.tokens.length, s.tokens.channels)
				return ssm.S6(scope, c.SSM, sequence, sequence, nil, false)
			}, []*tensors.Tensor{normal(shape...)})
			if err != nil {
				return nil, err
			}
			cross, err := timeGraph(ctx, b, p, func(scope *model.Scope, in []*Node) *Node {
				return ssm.CrossScan(scope, c.SSM, ssm.Cross.List(), in[0], in[0])
			}, []*tensors.Tensor{normal(shape...)})
			if err != nil {
				return nil, err
			}
			table.Add(fmt.Sprint(i+1), fmt.Sprintf("%v", shape), string(p), plain.String(), cross.String(), ratio(cross, plain))
		}
	}
	return table, nil
}
