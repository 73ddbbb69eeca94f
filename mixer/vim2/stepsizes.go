package vim2

import (
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// StepSizes builds the model on images and returns the step sizes Δ by which its scans select, means over the features
// of a step. The key is the scan's path:
//
//	stage1/token0/rows_tl       [B, H, W]     of each route of a token mixer
//	stage1/channel0/forward     [B, H, W, S]  of each direction along the S steps of a channel mixer, in ChannelPosition only
func StepSizes(scope *model.Scope, c Config, images *Node) map[string]*Node {
	collected := ssm.CollectSelections(scope, images.Graph())
	out := Features(scope, c, images)
	means := map[string]*Node{}
	for mixer, y := range out.Mixers {
		path := model.JoinPath(scope.Scope(), "vim2/"+mixer)
		d := y.Shape().Dimensions
		if strings.Contains(mixer, "token") {
			for _, route := range c.Routes.List() {
				delta := collected[path+"/scan/"+route.String()].Delta
				mean := route.Image(ReduceAndKeep(delta, ReduceMean, -1), d[1], d[2]) // [B, H, W, 1]
				means[mixer+"/"+route.String()] = Squeeze(mean, -1)
			}
			continue
		}
		for _, direction := range []string{"forward", "backward"} {
			if selection, found := collected[path+"/"+direction+"/s6"]; found && c.ChannelMixer == ChannelPosition {
				means[mixer+"/"+direction] = Reshape(ReduceMean(selection.Delta, -1), d[0], d[1], d[2], selection.Delta.Shape().Dim(1))
			}
		}
	}
	return means
}
