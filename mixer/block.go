package mixer

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/nearest"
	"mambamixer/mixer/internal/dropout"
)

// Config is a stack of MambaMixer layers: in each a token mixer, then a channel mixer.
type Config struct {
	Layers    int       `json:"layers"` // 0 returns the input unchanged
	Token     Mixer     `json:"token"`
	Channel   Mixer     `json:"channel"`
	Averaging Averaging `json:"averaging"`
	Without   Weight    `json:"averaging_without,omitempty"` // the weights of the averages that are left out
	Norm      Norm      `json:"norm"`                        // of each mixer's input
	Dropout   float64   `json:"dropout"`                     // of each mixer's output, in training
}

// Validate reports the first field that has no meaning.
func (c Config) Validate() error {
	if c.Layers < 0 {
		return fmt.Errorf("layers is %d: it must be 0 or more", c.Layers)
	}
	if c.Dropout < 0 || c.Dropout >= 1 {
		return fmt.Errorf("dropout is %g: it must be at least 0 and below 1", c.Dropout)
	}
	if err := c.Token.Validate("token mixer"); err != nil {
		return err
	}
	if err := c.Channel.Validate("channel mixer"); err != nil {
		return err
	}
	if err := nearest.Check("averaging", c.Averaging, Averagings()...); err != nil {
		return err
	}
	if err := c.validateWithout(); err != nil {
		return err
	}
	return nearest.Check("norm", c.Norm, Norms()...)
}

// validateWithout checks that there is something to leave out, and that something is left.
func (c Config) validateWithout() error {
	if c.Without == "" {
		return nil
	}
	if err := nearest.Check("averaging_without", c.Without, Weights()...); err != nil {
		return err
	}
	switch {
	case c.Averaging == AveragingPlain:
		return fmt.Errorf("averaging_without is %q, but averaging %q has no weights: choose another averaging", c.Without, c.Averaging)
	case c.Token.Kind == None || c.Channel.Kind == None:
		return fmt.Errorf("averaging_without is %q, which needs both a token and a channel mixer: one of them is %q", c.Without, None)
	}
	return nil
}

// Layout says which axes of the model's tensor the two mixers work on. The norms use Token's axes.
type Layout struct{ Token, Channel Axes }

// Sequence is the layout of x [B, L, D]: tokens along L, channels along D.
var Sequence = Layout{Token: Axes{Sequence: 1, Feature: 2}, Channel: Axes{Sequence: 2, Feature: 1}}

// Outputs holds what a stack computed. Every tensor but the weights has the shape of the stack's input.
type Outputs struct {
	Tokens, Channels []*Node          // the mixers' outputs y_Token^(ℓ), y_Channel^(ℓ), by layer; without mixers of kind None
	Weights          map[string]*Node // averaging weights by path, such as "layer0/alpha"
	Output           *Node
}

// Block builds the stack on x: per layer a weighted average, the token mixer, a weighted average, the
// channel mixer; a last average gives the output. A mixer sees Norm of its input.
//
// Variables, for layer i from 0: layer<i>/token/..., layer<i>/channel/... with the norm's below
// .../norm, and averaging/layer<i>/{alpha,beta,theta,gamma}, averaging/output/{alpha,beta}.
func Block(scope *model.Scope, c Config, layout Layout, x *Node) Outputs {
	if c.Layers == 0 {
		return Outputs{Output: x}
	}
	average := NewAverage(scope.In("averaging"), c.Averaging, x).Without(c.Without)
	apply := func(scope *model.Scope, m Mixer, input *Node, axes Axes) *Node {
		normalized := c.Norm.Apply(scope.In("norm"), input, layout.Token)
		return dropout.Apply(scope, m.Apply(scope, normalized, axes), c.Dropout)
	}
	var out Outputs
	for i := range c.Layers {
		name := fmt.Sprintf("layer%d", i)
		layer := scope.In("%s", name)
		if c.Token.Kind != None {
			y := apply(layer.In("token"), c.Token, average.TokenInput(name), layout.Token)
			average.AddToken(y)
			out.Tokens = append(out.Tokens, y)
		}
		if c.Channel.Kind != None {
			y := apply(layer.In("channel"), c.Channel, average.ChannelInput(name), layout.Channel)
			average.AddChannel(y)
			out.Channels = append(out.Channels, y)
		}
	}
	out.Output = average.Output()
	out.Weights = average.Weights()
	return out
}
