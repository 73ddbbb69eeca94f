package vim2

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// Outputs of the model. Stage i has widths C_i and feature maps of H_i x W_i.
type Outputs struct {
	Logits *Node // [B, classes]; nil from Features

	Stem    *Node            // [B, H_1, W_1, C_1]
	Stages  []*Node          // what each stage gives, [B, H_i, W_i, C_i]: the inputs of heads for dense prediction
	Mixers  map[string]*Node // what each mixer gives, by path, such as "stage1/token0" or "stage3/channel2", in its stage's shape
	Weights map[string]*Node // averaging weights by path, such as "stage1/token0/alpha"
}

// Classify builds the model on images [B, H, W, channels] with a head for so many classes. DropPath acts in training only.
// It panics with Validate's sentence when configuration and shapes don't fit.
func Classify(scope *model.Scope, c Config, images *Node, classes int) Outputs {
	out := Features(scope, c, images)
	scope = scope.At("vim2")
	last := image.LayerNorm(scope.In("norm"), out.Stages[len(out.Stages)-1]) // [B, H_4, W_4, C_4]
	out.Logits = ConvertDType(image.Head(scope.In("head"), last, classes), images.DType())
	return out
}

// Logits is Classify's [B, classes] alone.
func (c Config) Logits(scope *model.Scope, images *Node, classes int) *Node {
	return Classify(scope, c, images, classes).Logits
}

// Stride is the side of a patch.
func (c Config) Stride() int { return c.Patch }

// Pyramid gives what each stage gives, with a LayerNorm on it: the input of a head for dense prediction.
//
// Variables: those of Features; dense_norm<i>/{scale, bias}.
func (c Config) Pyramid(scope *model.Scope, images *Node) (stages []*Node) {
	for i, x := range Features(scope, c, images).Stages {
		stages = append(stages, ConvertDType(image.LayerNorm(scope.At("vim2").In("dense_norm%d", i+1), x), images.DType()))
	}
	return stages
}

// Features builds the model without its head.
func Features(scope *model.Scope, c Config, images *Node) Outputs {
	if err := c.Validate(images.Shape().Dim(1), images.Shape().Dim(2)); err != nil {
		panic(err)
	}
	if c.BFloat16 {
		images = ConvertDType(images, dtypes.BFloat16)
	}
	scope = scope.In("vim2")
	stem := scope.In("stem")
	x := ssm.Linear(stem.In("proj"), image.Patches(images, c.Patch), true, c.Stages[0].Width) // [B, H_1, W_1, C_1]
	x = image.LayerNorm(stem.In("norm"), x)

	out := Outputs{Stem: x, Mixers: map[string]*Node{}, Weights: map[string]*Node{}}
	depth := 0
	for i, stage := range c.Stages {
		name := fmt.Sprintf("stage%d", i+1)
		in := scope.In("%s", name)
		if i > 0 {
			x = merge(in.In("merge"), x, stage.Width)
		}
		x = c.stage(in, name, stage, x, &depth, out)
		out.Stages = append(out.Stages, x)
	}
	return out
}

// merge halves height and width of x [B, H, W, C]: patch merging, the 4C values of 2 x 2 places by a LayerNorm and a
// bias-free Linear to the next stage's width. An odd side is filled up with zeros.
//
// Variables: norm/{scale, bias}, proj/weights.
func merge(scope *model.Scope, x *Node, width int) *Node {
	merged := image.LayerNorm(scope.In("norm"), image.Patches(x, 2)) // [B, ⌈H/2⌉, ⌈W/2⌉, 4C]
	return ssm.Linear(scope.In("proj"), merged, false, width)
}

// stage runs the mixers of a stage on x [B, H, W, C]. Each sees the LayerNorm of a weighted average of x and all that the
// stage's token and channel mixers gave before it, equations (19) and (20); one more average is what the stage gives.
// depth counts the mixers of the model.
//
// Variables: token<j>/{norm, ...}, channel<j>/{norm, ...}, averaging/{token<j>, channel<j>, output}/...
func (c Config) stage(scope *model.Scope, path string, s Stage, x *Node, depth *int, out Outputs) *Node {
	average := mixer.NewAverage(scope.In("averaging"), c.Averaging, x)
	tokens, channels := 0, 0
	for _, isChannel := range c.plan(s) {
		name, input, mix, add := fmt.Sprintf("token%d", tokens), average.TokenInput, c.tokenMixer, average.AddToken
		if isChannel {
			name, input, add = fmt.Sprintf("channel%d", channels), average.ChannelInput, average.AddChannel
			mix = func(scope *model.Scope, x *Node) *Node { return c.channelMixer(scope, s, x) }
			channels++
		} else {
			tokens++
		}
		in := scope.In("%s", name)
		y := c.recomputed(input(name), func(x *Node) *Node { return mix(in, image.LayerNorm(in.In("norm"), x)) })
		out.Mixers[path+"/"+name] = y
		add(image.DropPath(in, y, image.DropRate(c.DropPath, *depth, c.Depth())))
		*depth++
	}
	output := average.Output()
	for weight, node := range average.Weights() {
		out.Weights[path+"/"+weight] = node
	}
	return output
}

// recomputed is f(x), computed again in the backward pass if the configuration says so.
func (c Config) recomputed(x *Node, f func(x *Node) *Node) *Node {
	if !c.Checkpoint {
		return f(x)
	}
	return f(x.Checkpoint()).StopCheckpoint()
}

// Depth is the number of mixers in the model.
func (c Config) Depth() int {
	depth := 0
	for _, s := range c.Stages {
		depth += len(c.plan(s))
	}
	return depth
}
