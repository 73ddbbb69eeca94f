package vim2

import (
	"fmt"

	"mambamixer/internal/nearest"
	"mambamixer/mixer"
	"mambamixer/ssm"
)

// ChannelMode says how channel mixers read a feature map.
type ChannelMode string

const (
	// ChannelPosition makes a sequence of the channels at each position: d values in steps of ChannelStep features. All
	// positions share the weights, so images may have any size.
	ChannelPosition ChannelMode = "position"
	// ChannelTranspose is equations (12) to (18) to the letter: the sequence runs over the C channels, and the features of each
	// are its values at all places. The size of the weights depends on the number of places, and so the size of the
	// images is fixed.
	ChannelTranspose ChannelMode = "transpose"
	// ChannelMLP is a two-layer perceptron on the channels at each position, as in ViM2-MLP.
	ChannelMLP ChannelMode = "mlp"
	// ChannelNone leaves the channel mixers out.
	ChannelNone ChannelMode = "none"
)

// ChannelModes lists the valid modes.
func ChannelModes() []ChannelMode {
	return []ChannelMode{ChannelPosition, ChannelTranspose, ChannelMLP, ChannelNone}
}

// Stage is a run of mixers on feature maps of one size.
type Stage struct {
	Width        int `json:"width"`         // C
	Tokens       int `json:"tokens"`        // how many token mixers
	Channels     int `json:"channels"`      // how many channel mixers, spread evenly behind the token mixers
	ChannelWidth int `json:"channel_width"` // d, the inner width of the channel mixers
}

// Config holds every structural choice of the model.
type Config struct {
	Patch  int     `json:"patch"` // the stem makes a token of each Patch x Patch pixels
	Stages []Stage `json:"stages"`

	Expand  int        `json:"expand"`   // inner width of the token mixers: E = Expand·C
	Conv    int        `json:"conv"`     // size of the token mixers' depthwise convolution; 0 leaves it out
	Routes  ssm.Routes `json:"routes"`   // of the token mixers' scans
	OutNorm bool       `json:"out_norm"` // LayerNorm of the sum of the scans, before the gate
	SSM     ssm.Config `json:"ssm"`      // S6 of both mixers; its conv_width is that of the channel mixers' convolution

	ChannelMixer          ChannelMode `json:"channel_mixer"`
	ChannelStep           int         `json:"channel_step"`                     // p, the channels in a step of the mode ChannelPosition; divides every d
	UnidirectionalChannel bool        `json:"unidirectional_channel,omitempty"` // channel mixers scan from the first channel to the last only
	ImageSize             int         `json:"image_size,omitempty"`             // side of the images, which the mode ChannelTranspose needs; 0 = any

	Averaging mixer.Averaging `json:"averaging"` // within each stage
	DropPath  float64         `json:"drop_path"` // rate at the last mixer; it grows from 0 at the first

	BFloat16   bool `json:"bfloat16,omitempty"`   // compute in bfloat16; parameters, norms, scans and logits stay float32
	Checkpoint bool `json:"checkpoint,omitempty"` // compute each mixer again in the backward pass, to save memory
}

// Variant is a named size of the model.
type Variant struct {
	Name       string
	Config     Config
	Parameters float64 // published, in millions, for ImageNet's 1000 classes; 0 = one of ours
}

// Variants lists the sizes of Table 8, ViM2-MLP, and two of our own for small images and machines: Nano and Micro.
func Variants() []Variant {
	perceptron := Tiny()
	perceptron.ChannelMixer, perceptron.Averaging = ChannelMLP, mixer.AveragingPlain
	return []Variant{
		{"nano", Nano(), 0},
		{"micro", Micro(), 0},
		{"tiny", Tiny(), 20},
		{"small", sized([]int{2, 2, 18, 2}, 96, 0.3), 43},
		{"base", sized([]int{2, 2, 18, 2}, 128, 0.5), 74},
		{"mlp", perceptron, 40},
	}
}

// Named gives a variant by name. The error of an unknown one offers the nearest.
func Named(name string) (Variant, error) {
	var names []string
	for _, v := range Variants() {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return Variant{}, nearest.Check("vim2: the variant", name, names...)
}

// Tiny is ViM2-T of Table 8.
func Tiny() Config { return sized([]int{2, 2, 6, 2}, 96, 0.2) }

// Nano is for images of 32 x 32 pixels on small machines: 2 x 2 pixels a token, narrow, with 8 states.
func Nano() Config {
	c := sized([]int{2, 2, 2, 2}, 16, 0)
	c.Patch, c.SSM.StateSize, c.ChannelStep = 2, 8, 8
	return c
}

// Micro is Nano with twice the width and a longer third stage.
func Micro() Config {
	c := sized([]int{2, 2, 4, 2}, 32, 0.05)
	c.Patch, c.SSM.StateSize = 2, 8
	return c
}

// sized has the pattern of Table 8: two token mixers, then a channel mixer; the width doubles from stage to stage; d is
// 2C, but C in the last stage.
func sized(tokens []int, width int, dropPath float64) Config {
	c := Config{
		Patch: 4, Expand: 2, Conv: 3, Routes: ssm.Cross, OutNorm: true, SSM: ssm.DefaultConfig(),
		ChannelMixer: ChannelPosition, ChannelStep: 16, Averaging: mixer.AveragingPaper, DropPath: dropPath,
	}
	for i, n := range tokens {
		stage := Stage{Width: width << i, Tokens: n, Channels: n / 2, ChannelWidth: 2 * width << i}
		if i == len(tokens)-1 {
			stage.ChannelWidth = stage.Width
		}
		c.Stages = append(c.Stages, stage)
	}
	return c
}

// TokensOnly is the configuration with a token mixer in the place of each channel mixer and plain residual sums: VMamba,
// by section 3's special case.
func (c Config) TokensOnly() Config {
	stages := make([]Stage, len(c.Stages))
	for i, s := range c.Stages {
		stages[i] = Stage{Width: s.Width, Tokens: s.Tokens + s.Channels}
	}
	c.Stages, c.ChannelMixer, c.Averaging = stages, ChannelNone, mixer.AveragingPlain
	return c
}

// Validate checks the configuration against images of height x width pixels.
func (c Config) Validate(height, width int) error {
	for _, size := range []struct {
		name  string
		value int
	}{{"image height", height}, {"image width", width}, {"patch", c.Patch}, {"number of stages", len(c.Stages)}, {"expand", c.Expand}} {
		if size.value < 1 {
			return fmt.Errorf("vim2: %s is %d: it must be 1 or more", size.name, size.value)
		}
	}
	if c.Conv < 0 {
		return fmt.Errorf("vim2: conv is %d: it must be the size of a kernel, or 0 for no convolution", c.Conv)
	}
	if !(c.DropPath >= 0 && c.DropPath < 1) {
		return fmt.Errorf("vim2: drop_path is %g: it must be at least 0 and below 1", c.DropPath)
	}
	if err := nearest.Check("vim2: routes", c.Routes, ssm.RouteSets()...); err != nil {
		return err
	}
	if err := nearest.Check("vim2: channel_mixer", c.ChannelMixer, ChannelModes()...); err != nil {
		return err
	}
	if err := nearest.Check("vim2: averaging", c.Averaging, mixer.Averagings()...); err != nil {
		return err
	}
	if err := c.SSM.Validate("vim2: ssm"); err != nil {
		return err
	}
	if c.ChannelMixer == ChannelTranspose && (c.ImageSize != height || c.ImageSize != width) {
		return fmt.Errorf("vim2: image_size is %d and the images are %d x %d: channel_mixer %q is made for one size of images, so set image_size to it or take %q",
			c.ImageSize, height, width, ChannelTranspose, ChannelPosition)
	}
	for i, stage := range c.Stages {
		if err := stage.validate(c); err != nil {
			return fmt.Errorf("vim2: stage %d: %w", i+1, err)
		}
	}
	return nil
}

func (s Stage) validate(c Config) error {
	channels := c.channels(s)
	switch {
	case s.Width < 1:
		return fmt.Errorf("width is %d: it must be 1 or more", s.Width)
	case s.Tokens < 0 || s.Channels < 0:
		return fmt.Errorf("tokens is %d and channels %d: neither may be negative", s.Tokens, s.Channels)
	case channels > 0 && s.ChannelWidth < 1:
		return fmt.Errorf("channel_width is %d: it must be 1 or more", s.ChannelWidth)
	case channels > 0 && c.ChannelMixer == ChannelPosition && (c.ChannelStep < 1 || s.ChannelWidth%c.ChannelStep != 0):
		return fmt.Errorf("channel_width is %d and channel_step %d: use a step that divides the width", s.ChannelWidth, c.ChannelStep)
	case channels > 0 && c.ChannelMixer == ChannelMLP && s.hidden() < 1:
		return fmt.Errorf("channel_width is %d and width %d: a perceptron has 4·channel_width²/width hidden values, which is less than 1; use a larger channel_width",
			s.ChannelWidth, s.Width)
	}
	return nil
}

// channels is the number of channel mixers in a stage.
func (c Config) channels(s Stage) int {
	if c.ChannelMixer == ChannelNone {
		return 0
	}
	return s.Channels
}

// plan says for each mixer of a stage whether it is a channel mixer. Each channel mixer comes behind its share of the
// token mixers: token, token, channel for the paper's 2 : 1.
func (c Config) plan(s Stage) (isChannel []bool) {
	channels, tokens := c.channels(s), 0
	for placed := 1; placed <= channels; placed++ {
		for ; tokens < placed*s.Tokens/channels; tokens++ {
			isChannel = append(isChannel, false)
		}
		isChannel = append(isChannel, true)
	}
	for ; tokens < s.Tokens; tokens++ {
		isChannel = append(isChannel, false)
	}
	return isChannel
}

// Averages lists the weighted averages of all stages in the order of the computation, as Outputs.Weights names them: by the
// mixer whose input they are, such as "stage1/token0", and "stage1/output". Plain sums have none.
func (c Config) Averages() (names []string) {
	if c.Averaging == mixer.AveragingPlain {
		return nil
	}
	for i, s := range c.Stages {
		counts := map[string]int{}
		for _, isChannel := range c.plan(s) {
			kind := "token"
			if isChannel {
				kind = "channel"
			}
			names = append(names, fmt.Sprintf("stage%d/%s%d", i+1, kind, counts[kind]))
			counts[kind]++
		}
		names = append(names, fmt.Sprintf("stage%d/output", i+1))
	}
	return names
}
