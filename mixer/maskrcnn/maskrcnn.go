package maskrcnn

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/vision"
)

// Detector is a model that finds objects.
type Detector interface {
	// Validate checks images of height x width pixels; its error is a sentence.
	Validate(height, width int) error
	// Losses builds the graph of the training: images [B, H, W, C] and their objects, of so many classes -> five parts of the loss.
	Losses(scope *model.Scope, images *Node, truth Truth, classes int) Losses
	// Detect builds that of the use.
	Detect(scope *model.Scope, images *Node, classes int) Found
}

// Truth are the objects of pictures, filled up to M.
type Truth struct {
	Boxes   *Node // [B, M, 4]; empty where there is no object
	Classes *Node // [B, M] int32
	Masks   *Node // [B, M, G, G]: on a grid on each object's box, 1 and 0
}

// Losses are the parts of a picture's loss, [B] each: whether anchors hold objects, and how far off they are moved; the classes of
// proposals, how far off these are moved, and which of their points the objects cover.
type Losses struct{ Objects, Moves, Class, Box, Mask *Node }

// Sum is the loss, [B].
func (l Losses) Sum() *Node { return Add(Add(Add(l.Objects, l.Moves), Add(l.Class, l.Box)), l.Mask) }

// Found are the objects found in pictures, D at most in each, by falling score.
type Found struct {
	Boxes   *Node // [B, D, 4]
	Scores  *Node // [B, D]; 0 where nothing is found
	Classes *Node // [B, D] int32
	Masks   *Node // [B, D, 28, 28]: on a grid on each box, how sure it is that the object covers the point, from 0 to 1
}

// Config is the detector on a backbone.
type Config[B vision.Pyramid] struct {
	Backbone      B       `json:"backbone"`
	Width         int     `json:"width"`          // of the pyramid's maps
	Hidden        int     `json:"hidden"`         // of the box head's layers
	AnchorSize    float64 `json:"anchor_size"`    // side of a square anchor, in places of its map
	Finest        float64 `json:"finest"`         // boxes of up to twice this many pixels are read from the largest map
	Candidates    int     `json:"candidates"`     // boxes that are looked at again, of each map, and of the picture at the end
	Proposals     int     `json:"proposals"`      // that the heads look at
	AnchorSamples int     `json:"anchor_samples"` // anchors of a picture that the training looks at
	Samples       int     `json:"samples"`        // proposals of a picture that the training looks at
	Detections    int     `json:"detections"`     // that are found in a picture at most
}

// On is the detector of mmdetection's configuration, and so presumably the paper's, on a backbone.
func On[B vision.Pyramid](backbone B) Config[B] {
	return Config[B]{Backbone: backbone, Width: 256, Hidden: 1024, AnchorSize: 8, Finest: 56, Candidates: 1000, Proposals: 1000,
		AnchorSamples: 256, Samples: 512, Detections: 100}
}

// Validate reports a size that is not positive, or what the backbone reports.
func (c Config[B]) Validate(height, width int) error {
	for _, s := range []struct {
		name  string
		value float64
	}{{"width", float64(c.Width)}, {"hidden", float64(c.Hidden)}, {"anchor_size", c.AnchorSize}, {"finest", c.Finest}, {"candidates", float64(c.Candidates)},
		{"proposals", float64(c.Proposals)}, {"anchor_samples", float64(c.AnchorSamples)}, {"samples", float64(c.Samples)}, {"detections", float64(c.Detections)}} {
		if !(s.value > 0) {
			return fmt.Errorf("maskrcnn: %s is %g: it must be above 0", s.name, s.value)
		}
	}
	return c.Backbone.Validate(height, width)
}

// HeadParameters is the number of parameters of pyramid and detector on stages of these widths.
func (c Config[B]) HeadParameters(widths []int, classes int) int {
	conv := func(size, in, out int) int { return size*size*in*out + out }
	w, h, k := c.Width, c.Hidden, len(aspects)
	n := conv(3, w, w) + conv(1, w, k) + conv(1, w, 4*k)                                      // anchors
	n += conv(boxCells, w, h) + conv(1, h, h) + conv(1, h, classes+1) + conv(1, h, 4*classes) // boxes
	n += 4*conv(3, w, w) + 4*w*w + w + conv(1, w, classes)                                    // masks
	for _, in := range widths {
		n += conv(1, in, w) + conv(3, w, w)
	}
	return n
}

// look builds backbone, pyramid and proposals, and gives the scope of what follows.
func (c Config[B]) look(scope *model.Scope, images *Node) (own *model.Scope, m maps, list []regions, proposals *Node) {
	height, width := images.Shape().Dim(1), images.Shape().Dim(2)
	stages := c.Backbone.Pyramid(scope, images)
	own = scope.In("maskrcnn")
	m = c.pyramid(own.In("pyramid"), stages)
	list = c.propose(own.In("rpn"), m.coarser())
	return own, m, list, c.proposals(list, height, width)
}

// Losses builds the model for the training.
//
// Variables: those of the backbone; below maskrcnn: pyramid/, rpn/, box/ and mask/.
func (c Config[B]) Losses(scope *model.Scope, images *Node, truth Truth, classes int) (l Losses) {
	scope, m, list, proposals := c.look(scope, images)
	l.Objects, l.Moves = c.anchorLosses(scope, list, truth)
	l.Class, l.Box, l.Mask = c.headLosses(scope, m, proposals, truth, classes)
	return l
}

// What is found: at least so sure, and overlapping nothing of its class that is surer by more than this.
const (
	leastScore   = 0.05
	foundOverlap = 0.5
)

// Detect builds the model for its use.
func (c Config[B]) Detect(scope *model.Scope, images *Node, classes int) (f Found) {
	height, width := images.Shape().Dim(1), images.Shape().Dim(2)
	scope, m, _, proposals := c.look(scope, images)
	batch, count := proposals.Shape().Dim(0), proposals.Shape().Dim(1)
	logits, moves := c.boxHead(scope.In("box"), m, proposals, classes)
	there := BroadcastToDims(InsertAxes(proposals, 2), batch, count, classes, 4)
	boxes := Reshape(decode(there, scaled(moves), height, width), batch, count*classes, 4)
	scores := Reshape(SliceAxis(Softmax(logits, -1), -1, AxisRange(0, classes)), batch, count*classes)

	scores, at := TopK(scores, min(c.Candidates, count*classes), 1)
	boxes = take(boxes, at)
	class := Mod(indices(at), ConstAs(indices(at), int32(classes)))
	// Boxes of different classes are moved so far apart that none overlap.
	apart := InsertAxes(MulScalar(ConvertDType(class, dtypes.Float32), float64(2*max(height, width))), -1)
	stays := Mul(suppress(Add(boxes, apart), foundOverlap), as(above(scores, leastScore)))
	f.Scores, at = TopK(Mul(scores, stays), min(c.Detections, scores.Shape().Dim(1)), 1)
	f.Boxes, f.Classes = take(boxes, at), take(class, at)
	f.Masks = Sigmoid(c.maskHead(scope.In("mask"), m, f.Boxes, f.Classes, classes))
	return f
}
