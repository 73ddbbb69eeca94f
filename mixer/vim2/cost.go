package vim2

import (
	"mambamixer/mixer"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// Size is what a part of the model has of parameters, and what it takes of floating-point operations for one image.
type Size struct {
	Parameters int
	FLOPs      int64 // forward; a multiply-add is two
}

// Part of the model.
type Part struct {
	Name string
	Size
}

// Size is that of the whole model on images of height x width pixels and so many channels. The mode ChannelTranspose
// needs ImageSize for its parameters; for other modes they don't depend on the images.
//
// The formulas count as the graph does with kernels in C (package experiments/flops): nothing is left out.
func (c Config) Size(height, width, channels, classes int) Size {
	var sum Size
	for _, part := range c.Parts(height, width, channels, classes) {
		sum = sum.plus(part.Size)
	}
	return sum
}

// Parts lists the model's parts with their sizes: stem, token mixers, channel mixers, averaging, merging, head.
func (c Config) Parts(height, width, channels, classes int) []Part {
	stem, stages, head := c.sizes(height, width, channels, classes)
	var tokens, others, averages, merging Size
	for _, s := range stages {
		tokens, others, averages, merging = tokens.plus(s.tokens), others.plus(s.channels), averages.plus(s.averages), merging.plus(s.merging)
	}
	return []Part{{"stem", stem}, {"token mixers", tokens}, {"channel mixers", others}, {"averaging", averages}, {"merging", merging}, {"head", head}}
}

// StageSize is a stage with the size of its feature maps in places, and its own, merging included.
type StageSize struct {
	Stage
	Rows, Columns int // of the feature maps
	Size
}

// StageSizes lists the stages with their sizes on images of height x width pixels.
func (c Config) StageSizes(height, width int) []StageSize {
	_, stages, _ := c.sizes(height, width, 1, 1)
	var list []StageSize
	for i, s := range stages {
		list = append(list, StageSize{c.Stages[i], s.height, s.width, s.tokens.plus(s.channels).plus(s.averages).plus(s.merging)})
	}
	return list
}

// stageSize is what a stage is made of.
type stageSize struct {
	height, width                       int
	tokens, channels, averages, merging Size
}

// sizes gives the size of the stem, of each stage and of the head.
func (c Config) sizes(height, width, channels, classes int) (stem Size, stages []stageSize, head Size) {
	h, w := image.Side(height, c.Patch), image.Side(width, c.Patch)
	stem = linear(h*w, c.Patch*c.Patch*channels, c.Stages[0].Width, true).plus(norm(h*w, c.Stages[0].Width))
	for i, s := range c.Stages {
		var size stageSize
		if i > 0 {
			before := c.Stages[i-1].Width
			h, w = image.Side(h, 2), image.Side(w, 2)
			size.merging = norm(h*w, 4*before).plus(linear(h*w, 4*before, s.Width, false))
		}
		size.height, size.width = h, w
		plan := c.plan(s)
		for _, isChannel := range plan {
			if isChannel {
				size.channels = size.channels.plus(norm(h*w, s.Width)).plus(c.channelSize(s, h*w))
			} else {
				size.tokens = size.tokens.plus(norm(h*w, s.Width)).plus(c.tokenSize(s.Width, h*w))
			}
		}
		size.averages = averaging(c.Averaging, len(plan), h*w*s.Width)
		stages = append(stages, size)
	}
	last := c.Stages[len(c.Stages)-1].Width
	head = norm(h*w, last).plus(operations(h*w*last + last)).plus(linear(1, last, classes, true))
	return stem, stages, head
}

// tokenSize is that of tokenMixer on so many places.
func (c Config) tokenSize(width, places int) Size {
	inner, routes := c.Expand*width, len(c.Routes.List())
	values := places * inner
	sum := linear(places, width, 2*inner, false).plus(linear(places, inner, width, false))
	if c.Conv > 0 {
		sum = sum.plus(conv(c.Conv*c.Conv, places, inner))
	}
	sum = sum.plus(operations(4 * values)) // SiLU
	selector := inner
	if c.SSM.RawSelection {
		selector = width
	}
	sum = sum.plus(c.s6(1, places, inner, selector, false).times(routes)).plus(operations((routes - 1) * values))
	if c.SSM.MeanDirections {
		sum = sum.plus(operations(values))
	}
	if c.OutNorm {
		sum = sum.plus(norm(places, inner))
	}
	return sum.plus(operations(5 * values)) // the gate
}

// channelSize is that of channelMixer on so many places.
func (c Config) channelSize(s Stage, places int) Size {
	switch c.ChannelMixer {
	case ChannelTranspose:
		inner := s.expansion() * places
		return linear(s.Width, places, 2*inner, false).plus(linear(s.Width, inner, places, false)).
			plus(c.directional(1, s.Width, inner, places))
	case ChannelMLP:
		hidden := s.hidden()
		return linear(places, s.Width, hidden, true).plus(operations(geluFLOPs * places * hidden)).plus(linear(places, hidden, s.Width, true))
	}
	return linear(places, s.Width, 2*s.ChannelWidth, false).plus(linear(places, s.ChannelWidth, s.Width, false)).
		plus(c.directional(places, s.ChannelWidth/c.ChannelStep, c.ChannelStep, c.ChannelStep))
}

// directional is the size of ssm.Directional with a gate on [batch, length, channels]; raw is the width of the layer's input.
func (c Config) directional(batch, length, channels, raw int) Size {
	values := batch * length * channels
	selector := channels
	if c.SSM.RawSelection {
		selector = raw
	}
	sum := conv(c.SSM.ConvWidth, batch*length, channels).plus(operations(4 * values)).plus(c.s6(batch, length, channels, selector, true))
	if c.UnidirectionalChannel {
		return sum
	}
	sum = sum.times(2).plus(operations(values))
	if c.SSM.MeanDirections {
		sum = sum.plus(operations(values))
	}
	return sum
}

func (c Config) s6(batch, length, channels, selector int, gate bool) Size {
	return Size{c.SSM.S6Parameters(channels, selector), c.SSM.S6Cost(batch, length, channels, selector, gate).FLOPs}
}

// geluFLOPs are the operations of GELU for each value: two products, a quotient, erf and a sum.
const geluFLOPs = 5

func linear(rows, in, out int, biased bool) Size {
	size := Size{in * out, ssm.LinearCost(rows, in, out).FLOPs}
	if biased {
		size = size.plus(Size{out, int64(rows * out)})
	}
	return size
}

// norm is a LayerNorm: for each value the two sums, the centred value, its square, the quotient, scale and bias; for each
// row the two means, epsilon and the root.
func norm(rows, width int) Size { return Size{2 * width, 7*int64(rows*width) + 4*int64(rows)} }

// conv is a depthwise convolution with bias.
func conv(taps, places, channels int) Size {
	return Size{(taps + 1) * channels, 2 * int64(taps*places*channels)}
}

func operations(count int) Size { return Size{FLOPs: int64(count)} }

func (s Size) plus(t Size) Size { return Size{s.Parameters + t.Parameters, s.FLOPs + t.FLOPs} }
func (s Size) times(n int) Size { return Size{n * s.Parameters, int64(n) * s.FLOPs} }

// averaging is the size of the averages of a stage with so many mixers on so many values: before mixer m there are m + 2
// terms, since the stage's input is in both sums of (19) and (20), and so before the output.
func averaging(kind mixer.Averaging, mixers, values int) Size {
	residual := operations(mixers * values)
	if kind == mixer.AveragingPlain {
		return residual
	}
	var sum Size
	for m := range mixers + 1 {
		terms := m + 2
		sum = sum.plus(Size{terms, int64((2*terms - 1) * values)})
	}
	if kind == mixer.AveragingDenseFormer {
		return sum.plus(residual)
	}
	return sum
}
