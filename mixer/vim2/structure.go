package vim2

import (
	"fmt"
	"slices"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/image"
	"mambamixer/mixer/structure"
	"mambamixer/ssm"
)

// Structure says what Classify builds on images of height x width pixels with so many channels, with the paths of its
// variables below the scope "vim2".
func (c Config) Structure(height, width, channels, classes int) (structure.Part, error) {
	if err := c.Validate(height, width); err != nil {
		return structure.Part{}, err
	}
	images := shape(height, width, channels)
	parts := []structure.Part{{Kind: structure.Tensor, Name: "Images", Output: images}}
	h, w := image.Side(height, c.Patch), image.Side(width, c.Patch)
	parts = append(parts, structure.Part{Kind: structure.Move, Name: "Patches", Note: fmt.Sprintf("%d × %d pixels", c.Patch, c.Patch), Output: shape(h, w, c.Patch*c.Patch*channels)})
	add := func(part structure.Part) structure.Shape {
		parts = append(parts, part)
		return part.Output
	}
	x := add(structure.LinearMap("stem/proj", parts[1].Output, structure.Axis{Name: "C", Size: c.Stages[0].Width}, true))
	add(layerNorm("stem/norm", x))
	depth := 0
	for i, s := range c.Stages {
		name := fmt.Sprintf("stage%d", i+1)
		if i > 0 {
			h, w = image.Side(h, 2), image.Side(w, 2)
			x = add(structure.Part{Kind: structure.Move, Name: "Merge", Note: "2 × 2 places", Output: shape(h, w, 4*c.Stages[i-1].Width)})
			add(layerNorm(name+"/merge/norm", x))
			x = add(structure.LinearMap(name+"/merge/proj", x, structure.Axis{Name: "C", Size: s.Width}, false))
		}
		add(c.stageStructure(i, s, x, &depth))
	}
	add(layerNorm("norm", x))
	mean := structure.Part{Kind: structure.Move, Name: "Mean", Note: "over all places", Output: structure.Shape{x[0], x[3]}}
	logits := add(structure.LinearMap("head", add(mean), structure.Axis{Name: "classes", Size: classes}, true))
	parts[len(parts)-1].Name = "Head"
	add(structure.Part{Kind: structure.Tensor, Name: "Logits", Output: logits})
	return structure.Part{Kind: structure.Series, Name: "ViM2", Output: logits, Parts: parts}, nil
}

func shape(h, w, channels int) structure.Shape {
	return structure.Shape{{Name: "B"}, {Name: "H", Size: h}, {Name: "W", Size: w}, {Name: "C", Size: channels}}
}

func layerNorm(scope string, x structure.Shape) structure.Part {
	return mixer.NormFeature.Structure(scope, x, mixer.Axes{Feature: len(x) - 1})[0]
}

// stageStructure is what stage builds on x. depth counts the mixers of the model.
func (c Config) stageStructure(index int, s Stage, x structure.Shape, depth *int) structure.Part {
	scope := fmt.Sprintf("stage%d/", index+1)
	stack := mixer.NewStackStructure(c.Averaging, scope, x)
	counts := map[structure.Kind]int{}
	for _, isChannel := range c.plan(s) {
		kind := structure.Token
		if isChannel {
			kind = structure.Channel
		}
		name := fmt.Sprintf("%s%d", kind, counts[kind])
		counts[kind]++
		part := c.tokenStructure(scope+name, x)
		if isChannel {
			part = c.channelStructure(scope+name, s, x)
		}
		rate := fmt.Sprintf("%.2g", image.DropRate(c.DropPath, *depth, c.Depth()))
		part.Kind, part.Name = kind, fmt.Sprintf("%s mixer %d", kind, counts[kind])
		part.Output = x
		part.Parts = slices.Concat([]structure.Part{layerNorm(scope+name+"/norm", x)}, part.Parts, structure.Dropping("Drop path", rate, x))
		stack.Add(name, part)
		*depth++
	}
	whole := stack.Close()
	whole.Name = fmt.Sprintf("Stage %d", index+1)
	return whole
}

// tokenStructure is what tokenMixer builds.
func (c Config) tokenStructure(scope string, x structure.Shape) structure.Part {
	width := x[len(x)-1]
	e := width.Times(c.Expand)
	inner := x.With(len(x)-1, e)
	selector := e
	if c.SSM.RawSelection {
		selector = width
	}
	var values []structure.Part
	if c.Conv > 0 {
		size := structure.Sized(c.Conv)
		values = append(values, structure.Part{Kind: structure.Conv, Name: "DW conv", Note: fmt.Sprintf("%d × %d", c.Conv, c.Conv), Output: inner, Params: []structure.Param{
			{Path: scope + "/conv/kernel", Dims: []structure.Axis{size, size, e}}, {Path: scope + "/conv/bias", Dims: []structure.Axis{e}}}})
	}
	values = append(values, structure.Part{Kind: structure.Activation, Name: "SiLU", Output: inner})
	var scans []structure.Part
	for _, route := range c.Routes.List() {
		scan := mixer.S6Structure(fmt.Sprintf("%s/scan/%s", scope, route), c.SSM, inner, selector)
		scan.Note = fmt.Sprintf("%s from %s", route.Order, corners[route.From])
		scans = append(scans, scan)
	}
	if len(scans) > 1 {
		scans = []structure.Part{{Kind: structure.Sum, Output: inner, Parts: scans}}
	}
	values = append(values, scans...)
	if c.OutNorm {
		values = append(values, layerNorm(scope+"/out_norm", inner))
	}
	return structure.Part{Note: fmt.Sprintf("selective, %d scans", len(c.Routes.List())), Parts: []structure.Part{
		structure.Split(scope+"/in_proj", x, e),
		structure.Gated(inner, structure.Part{Kind: structure.Series, Output: inner, Parts: values}),
		structure.LinearMap(scope+"/out_proj", inner, width, false)}}
}

var corners = map[ssm.Corner]string{ssm.TopLeft: "top left", ssm.TopRight: "top right", ssm.BottomLeft: "bottom left", ssm.BottomRight: "bottom right"}

// channelStructure is what channelMixer builds.
func (c Config) channelStructure(scope string, s Stage, x structure.Shape) structure.Part {
	width := x[len(x)-1]
	switch c.ChannelMixer {
	case ChannelTranspose:
		flat := structure.Shape{x[0], {Name: "HW", Size: x[1].Size * x[2].Size}, width}
		part := c.transposedMixer(s).Structure(scope, mixer.Sequence.Channel, flat)
		part.Parts = slices.Concat([]structure.Part{{Kind: structure.Move, Name: "Reshape", Note: flat.Letters(), Output: flat}}, part.Parts,
			[]structure.Part{{Kind: structure.Move, Name: "Reshape", Note: x.Letters(), Output: x}})
		return part
	case ChannelMLP:
		hidden := structure.Axis{Name: "hidden", Size: s.hidden()}
		in := structure.LinearMap(scope+"/hidden", x, hidden, true)
		return structure.Part{Note: string(ChannelMLP), Parts: []structure.Part{in, {Kind: structure.Activation, Name: "GELU", Output: in.Output},
			structure.LinearMap(scope+"/out", in.Output, width, true)}}
	}
	d := structure.Axis{Name: "d", Size: s.ChannelWidth}
	inner := x.With(len(x)-1, d)
	steps := structure.Shape{{Name: "BHW"}, {Name: "S", Size: s.ChannelWidth / c.ChannelStep}, {Name: "p", Size: c.ChannelStep}}
	values := structure.Part{Kind: structure.Series, Output: inner, Parts: []structure.Part{
		{Kind: structure.Move, Name: "Steps", Note: fmt.Sprintf("%v of %v", steps[1], steps[2]), Output: steps},
		mixer.DirectionalStructure(scope, c.SSM, steps, steps[2], !c.UnidirectionalChannel)}}
	return structure.Part{Note: "selective, " + mixer.Directions(c.SSM, !c.UnidirectionalChannel), Parts: []structure.Part{
		structure.Split(scope+"/in_proj", x, d), structure.Gated(inner, values), structure.LinearMap(scope+"/out_proj", inner, width, false)}}
}
