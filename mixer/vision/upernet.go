package vision

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/dropout"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// Segmenter is a model that gives each pixel a class.
type Segmenter interface {
	// Validate checks images of height x width pixels; its error is a sentence.
	Validate(height, width int) error
	// Segment builds the graph: images [B, H, W, C] -> logits [B, H, W, classes], and those of an auxiliary head for the training.
	Segment(scope *model.Scope, images *Node, classes int) (logits, auxiliary *Node)
}

// Pyramid is a backbone for dense prediction: feature maps that get smaller and wider.
type Pyramid interface {
	Validate(height, width int) error
	// Pyramid builds the graph: images [B, H, W, C] -> the maps of each stage, [B, H_i, W_i, C_i], largest first.
	Pyramid(scope *model.Scope, images *Node) []*Node
	// Stride is the side of a place of the first map, in pixels; it doubles from one map to the next.
	Stride() int
}

// UPerNet is the head of the paper's Table 3 on a backbone (Xiao et al., ECCV 2018), in the form of mmsegmentation: pooled maps
// of the last stage join it, a top-down path adds each stage's map to the one below, and all together, at the size of the
// first, give the classes. An auxiliary head on the last stage but one helps the training. Convolutions are without
// bias and have batch norm and ReLU behind them.
type UPerNet[B Pyramid] struct {
	Backbone  B       `json:"backbone"`
	Width     int     `json:"width"`     // of all maps of the head
	Auxiliary int     `json:"auxiliary"` // width of the auxiliary head
	Dropout   float64 `json:"dropout"`   // before the classes
}

// OnUPerNet is the head of mmsegmentation's configurations, and so presumably the paper's, on a backbone.
func OnUPerNet[B Pyramid](backbone B) UPerNet[B] {
	return UPerNet[B]{Backbone: backbone, Width: 512, Auxiliary: 256, Dropout: 0.1}
}

// pools are the sides of the pooled maps.
var pools = []int{1, 2, 3, 6}

// Validate reports a size that is not positive, or what the backbone reports.
func (c UPerNet[B]) Validate(height, width int) error {
	if c.Dropout < 0 || c.Dropout >= 1 {
		return fmt.Errorf("upernet: dropout is %g: it must be at least 0 and below 1", c.Dropout)
	}
	if err := check("upernet", 0, size{"width", c.Width}, size{"auxiliary", c.Auxiliary}); err != nil {
		return err
	}
	return c.Backbone.Validate(height, width)
}

// Segment builds the model.
//
// Variables: those of the backbone; below upernet: pool<k>, joined, lateral<i>, top<i>, fused, each with conv/kernel and norm/...; classes;
// auxiliary/{conv, norm, classes}.
func (c UPerNet[B]) Segment(scope *model.Scope, images *Node, classes int) (logits, auxiliary *Node) {
	dims := images.Shape().Dimensions
	stages := c.Backbone.Pyramid(scope, images)
	scope = scope.In("upernet")
	block := func(name string, x *Node, size, width int) *Node {
		return activation.Relu(convNorm(scope.In("%s", name), "", x, size, 1, width))
	}
	to := func(x, like *Node) *Node { return image.Resize(x, like.Shape().Dim(1), like.Shape().Dim(2)) }

	last := stages[len(stages)-1]
	joined := []*Node{last}
	for _, k := range pools {
		joined = append(joined, to(block(fmt.Sprintf("pool%d", k), image.Pool(last, k), 1, c.Width), last))
	}
	x := block("joined", Concatenate(joined, -1), 3, c.Width)
	first := stages[0]
	all := []*Node{to(x, first)}
	for i := len(stages) - 2; i >= 0; i-- {
		x = Add(block(fmt.Sprintf("lateral%d", i+1), stages[i], 1, c.Width), to(x, stages[i]))
		all = append(all, to(block(fmt.Sprintf("top%d", i+1), x, 3, c.Width), first))
	}
	x = dropout.Apply(scope, block("fused", Concatenate(all, -1), 3, c.Width), c.Dropout)
	logits = image.Resize(ssm.Linear(scope.In("classes"), x, true, classes), dims[1], dims[2])

	aux := scope.In("auxiliary")
	y := activation.Relu(convNorm(aux, "", stages[max(0, len(stages)-2)], 3, 1, c.Auxiliary))
	y = dropout.Apply(aux, y, c.Dropout)
	auxiliary = image.Resize(ssm.Linear(aux.In("classes"), y, true, classes), dims[1], dims[2])
	return logits, auxiliary
}

// HeadParameters is the number of parameters of both heads on stages of these widths.
func (c UPerNet[B]) HeadParameters(widths []int, classes int) int {
	conv := func(size, in, out int) int { return size*size*in*out + 2*out } // and its batch norm
	last := widths[len(widths)-1]
	n := len(pools)*conv(1, last, c.Width) + conv(3, last+len(pools)*c.Width, c.Width) + conv(3, len(widths)*c.Width, c.Width) + (c.Width+1)*classes
	for _, in := range widths[:len(widths)-1] {
		n += conv(1, in, c.Width) + conv(3, c.Width, c.Width)
	}
	return n + conv(3, widths[max(0, len(widths)-2)], c.Auxiliary) + (c.Auxiliary+1)*classes
}
