package mixer

import "mambamixer/mixer/structure"

// StackStructure does with descriptions what Average does with tensors: it keeps which outputs each average adds up.
type StackStructure struct {
	kind             Averaging
	without          Weight
	scope            string
	parts            []structure.Part
	tokens, channels []int // numbers of the mixers; 0 is the stack's input
	x                structure.Shape
}

// NewStackStructure starts a stack on x. The averages' variables are below scope/averaging, where scope is "" or ends in /.
func NewStackStructure(kind Averaging, scope string, x structure.Shape) *StackStructure {
	return &StackStructure{kind: kind, scope: scope, tokens: []int{0}, channels: []int{0}, x: x}
}

// Without leaves one sum out, as [Average.Without] does.
func (s *StackStructure) Without(w Weight) *StackStructure {
	s.without = w
	return s
}

// Add adds a mixer, of Kind Token or Channel, whose input is the average of that name.
func (s *StackStructure) Add(average string, mixer structure.Part) {
	token, channel := Alpha, Beta
	if mixer.Kind == structure.Channel {
		token, channel = Theta, Gamma
	}
	mixer.Residual = s.kind == AveragingPlain || s.kind == AveragingDenseFormer
	s.parts = append(s.parts, s.sum(average, mixer, token, channel))
	if mixer.Kind == structure.Channel {
		s.channels = append(s.channels, len(s.parts))
	} else {
		s.tokens = append(s.tokens, len(s.parts))
	}
}

// Close gives the stack, with the average of its outputs at the end.
func (s *StackStructure) Close() structure.Part {
	if s.kind != AveragingPlain {
		output := structure.Part{Kind: structure.Average, Name: "weighted average", Output: s.x}
		s.parts = append(s.parts, s.sum("output", output, Alpha, Beta))
	}
	return structure.Part{Kind: structure.Stack, Output: s.x, Parts: s.parts}
}

// sum says what is added up for a part.
func (s *StackStructure) sum(average string, part structure.Part, token, channel Weight) structure.Part {
	if s.kind == AveragingPlain {
		return part
	}
	for _, list := range []struct {
		weight  Weight
		sources []int
	}{{token, s.tokens}, {channel, s.channels}} {
		if list.weight == s.without {
			continue
		}
		for _, source := range list.sources {
			part.Input = append(part.Input, structure.Term{Source: source, Weight: string(list.weight)})
		}
		part.Params = append(part.Params, structure.Param{Path: s.scope + "averaging/" + average + "/" + string(list.weight),
			Dims: []structure.Axis{structure.Sized(len(list.sources))}})
	}
	return part
}
