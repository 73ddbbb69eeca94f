package vision

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// sequence is what ViT and Vim read: the patches of an image, a class token among them, and learned positions.
type sequence struct {
	patch, width int
	grid         int  // patches on a side of the images that the model is made for
	middle       bool // the class token stands in the middle of the patches, instead of in front
}

// apply makes a sequence [B, S+1, width] of images [B, H, W, C] and says where the class token is. Images of another size
// get positions interpolated bilinearly between the learned ones, which is DeiT's way but for its bicubic polynomial.
//
// Variables: embedding/{weights, bias}; class [1, width], class_position [1, width], position [grid, grid, width].
func (s sequence) apply(scope *model.Scope, images *Node) (x *Node, class int) {
	g := images.Graph()
	param := func(name string, dims ...int) *Node { return ssm.Param(scope, g, name, ssm.Normal(0.02), dims...) }
	position := param("position", s.grid, s.grid, s.width)
	h, w := image.Side(images.Shape().Dim(1), s.patch), image.Side(images.Shape().Dim(2), s.patch)
	if h != s.grid || w != s.grid {
		position = Squeeze(Interpolate(InsertAxes(position, 0), 1, h, w, s.width).Bilinear().Done(), 0)
	}
	x = tokens(scope.In("embedding"), images, s.patch, s.width) // [B, S, width]
	x = Add(x, Reshape(position, 1, h*w, s.width))
	token := Add(param("class", 1, s.width), param("class_position", 1, s.width))
	token = BroadcastToDims(InsertAxes(token, 0), x.Shape().Dim(0), 1, s.width)
	if s.middle {
		class = h * w / 2
	}
	parts := []*Node{token, SliceAxis(x, 1, AxisRangeToEnd(class))}
	if class > 0 {
		parts = append([]*Node{SliceAxis(x, 1, AxisRangeFromStart(class))}, parts...)
	}
	return Concatenate(parts, 1), class
}

// classify maps the class token of x [B, S+1, C] to the classes, behind a LayerNorm.
//
// Variables: norm/{scale, bias}, head/{weights, bias}.
func classify(scope *model.Scope, x *Node, class, classes int) *Node {
	token := Squeeze(SliceAxis(x, 1, AxisElem(class)), 1) // [B, C]
	return ssm.Linear(scope.In("head"), image.LayerNorm(scope.In("norm"), token), true, classes)
}
