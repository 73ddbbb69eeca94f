package vision

import (
	"fmt"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/batchnorm"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// ResNet is the residual network of He et al. (CVPR 2016), as in torchvision: in bottlenecks the 3 x 3 convolution has
// the stride; convolutions have no bias and start by He's rule for what leaves them.
type ResNet struct {
	Blocks     []int   `json:"blocks"`     // of each stage; the width doubles and the size halves from one to the next
	Width      int     `json:"width"`      // of the stem and of the first stage
	Bottleneck bool    `json:"bottleneck"` // blocks of 1 x 1, 3 x 3 and 1 x 1, four times as wide outside, instead of two of 3 x 3
	LargeStem  bool    `json:"large_stem"` // 7 x 7 with stride 2 and max pooling, for ImageNet; otherwise 3 x 3, for small images
	DropPath   float64 `json:"drop_path"`
}

// ResNet18 and ResNet50 are the sizes of the paper's tables.
func ResNet18() ResNet { return ResNet{Blocks: []int{2, 2, 2, 2}, Width: 64, LargeStem: true} }
func ResNet50() ResNet {
	return ResNet{Blocks: []int{3, 4, 6, 3}, Width: 64, Bottleneck: true, LargeStem: true}
}

// Validate reports a size that is not positive.
func (c ResNet) Validate(height, width int) error {
	sizes := []size{{"image height", height}, {"image width", width}, {"width", c.Width}, {"number of stages", len(c.Blocks)}}
	for i, blocks := range c.Blocks {
		sizes = append(sizes, size{fmt.Sprintf("number of blocks in stage %d", i+1), blocks})
	}
	return check("resnet", c.DropPath, sizes...)
}

// Logits builds the model: [B, H, W, C] -> [B, classes].
//
// Variables below resnet: stem/{conv, norm}; stage<i>/block<j>/{conv<k>, norm<k>}, shortcut/{conv, norm} where the shape
// changes; head.
func (c ResNet) Logits(scope *model.Scope, images *Node, classes int) *Node {
	stages := c.Pyramid(scope, images)
	return image.Head(scope.At("resnet").In("head"), stages[len(stages)-1], classes)
}

// Pyramid builds the model without its head, and gives what each stage gives.
func (c ResNet) Pyramid(scope *model.Scope, images *Node) (stages []*Node) {
	mustFit(c, images)
	scope = scope.In("resnet")
	stem, kernel, stride := scope.In("stem"), 3, 1
	if c.LargeStem {
		kernel, stride = 7, 2
	}
	x := activation.Relu(convNorm(stem, "", images, kernel, stride, c.Width))
	if c.LargeStem {
		x = MaxPool(x).Window(3).Strides(2).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done()
	}
	depth, layer := 0, 0
	for _, blocks := range c.Blocks {
		depth += blocks
	}
	for i, blocks := range c.Blocks {
		stage := scope.In("stage%d", i+1)
		for j := range blocks {
			stride := 1
			if i > 0 && j == 0 {
				stride = 2
			}
			x = c.block(stage.In("block%d", j), x, c.Width<<i, stride, image.DropRate(c.DropPath, layer, depth))
			layer++
		}
		stages = append(stages, x)
	}
	return stages
}

// Stride is that of the stem.
func (c ResNet) Stride() int {
	if c.LargeStem {
		return 4
	}
	return 1
}

// block adds to x, or to what a 1 x 1 convolution makes of it, what two or three convolutions make of it.
func (c ResNet) block(scope *model.Scope, x *Node, width, stride int, drop float64) *Node {
	var y *Node
	out := width
	if c.Bottleneck {
		out = 4 * width
		y = activation.Relu(convNorm(scope, "1", x, 1, 1, width))
		y = activation.Relu(convNorm(scope, "2", y, 3, stride, width))
		y = convNorm(scope, "3", y, 1, 1, out)
	} else {
		y = activation.Relu(convNorm(scope, "1", x, 3, stride, width))
		y = convNorm(scope, "2", y, 3, 1, width)
	}
	if stride > 1 || x.Shape().Dim(3) != out {
		x = convNorm(scope.In("shortcut"), "", x, 1, stride, out)
	}
	return activation.Relu(Add(x, image.DropPath(scope, y, drop)))
}

// convNorm is a convolution without bias and a batch norm. A stride divides the sides, rounding up.
//
// Variables: conv<number>/kernel [size, size, in, out]; norm<number>/...
func convNorm(scope *model.Scope, number string, x *Node, size, stride, out int) *Node {
	in := x.Shape().Dim(3)
	kernel := ssm.Param(scope.In("conv%s", number), x.Graph(), "kernel", ssm.Normal(math.Sqrt(2/float64(size*size*out))), size, size, in, out)
	pad := [2]int{size / 2, size / 2}
	x = Convolve(x, kernel).Strides(stride).PaddingPerDim([][2]int{pad, pad}).Done()
	return batchnorm.Torch(scope.In("norm%s", number), x)
}
