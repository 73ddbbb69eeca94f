package tsm2

import (
	"fmt"

	"mambamixer/internal/nearest"
	"mambamixer/mixer"
	"mambamixer/ssm"
)

// Embedding says how the patch embedding starts.
type Embedding string

const (
	EmbeddingOrthogonal Embedding = "orthogonal" // orthonormal rows or columns, no bias
	EmbeddingLinear     Embedding = "linear"     // torch's Linear: uniform ±1/sqrt(p), with bias
)

// Config holds every structural choice of the model.
type Config struct {
	PatchLength  int          `json:"patch_length"` // p
	PatchStride  int          `json:"patch_stride"` // steps from one patch to the next
	DModel       int          `json:"d_model"`      // D, width of a patch's vector
	Embedding    Embedding    `json:"embedding"`
	InstanceNorm InstanceNorm `json:"instance_norm"`

	Layers             int             `json:"layers"` // 0 is the linear control
	TokenMixer         mixer.Kind      `json:"token_mixer"`
	ChannelMixer       mixer.Kind      `json:"channel_mixer"`
	BidirectionalToken bool            `json:"bidirectional_token"` // the time mixer scans both ways
	Expand             int             `json:"expand"`              // inner width of both mixers: Expand·D
	SSM                ssm.Config      `json:"ssm"`                 // conv and S6 of both mixers
	Averaging          mixer.Averaging `json:"averaging"`
	Norm               mixer.Norm      `json:"norm"`    // before each mixer; "2d" is over patches and features
	Dropout            float64         `json:"dropout"` // of the embedding and of each mixer's output

	AveragingWithout      mixer.Weight `json:"averaging_without,omitempty"`      // weights of the averages that are left out
	UnidirectionalChannel bool         `json:"unidirectional_channel,omitempty"` // the variate mixer scans from the first variate to the last only
	ShuffleVariates       int          `json:"shuffle_variates,omitempty"`       // seed of a random order of the variates inside the model; 0 = as in the data

	FutureMixing FutureMixing `json:"future_mixing,omitempty"` // of what is known of days to come; "" = FutureFeatures

	FinalNorm     bool    `json:"final_norm"` // Norm once more before the head
	HeadDropout   float64 `json:"head_dropout"`
	HeadBias      bool    `json:"head_bias"`
	HeadInitScale float64 `json:"head_init_scale"` // weights start uniform in ±HeadInitScale/sqrt(P·D); 1 is torch's Linear
}

// Default is the recipe that reaches the paper's ETTh1 results: see the package comment.
func Default() Config {
	return Config{
		PatchLength: 16, PatchStride: 16, DModel: 16, Embedding: EmbeddingOrthogonal, InstanceNorm: RevIN,
		Layers: 2, TokenMixer: mixer.Selective, ChannelMixer: mixer.Selective,
		Expand: 2, SSM: ssm.DefaultConfig(), Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D, Dropout: 0.2,
		HeadDropout: 0.2, HeadInitScale: 0.05,
	}
}

// PaperDefault is the named alternative, closest to the paper's text and related code.
func PaperDefault() Config {
	c := Default()
	c.PatchStride, c.DModel, c.Embedding = 8, 32, EmbeddingLinear
	c.FinalNorm, c.HeadBias, c.HeadInitScale = true, true, 1
	return c
}

// Validate checks the configuration against a task: history and horizon in steps, and the number of variates.
func (c Config) Validate(history, horizon, variates int) error {
	for _, size := range []struct {
		name  string
		value int
	}{
		{"history", history}, {"horizon", horizon}, {"number of variates", variates},
		{"patch_length", c.PatchLength}, {"patch_stride", c.PatchStride}, {"d_model", c.DModel},
	} {
		if size.value < 1 {
			return fmt.Errorf("tsm2: %s is %d: it must be 1 or more", size.name, size.value)
		}
	}
	if c.PatchLength > history {
		return fmt.Errorf("tsm2: patch_length %d is longer than the history of %d steps: use patches of at most %d steps or a longer history",
			c.PatchLength, history, history)
	}
	if c.PatchStride > c.PatchLength {
		return fmt.Errorf("tsm2: patch_stride %d is larger than patch_length %d and would skip steps: use a stride of at most %d",
			c.PatchStride, c.PatchLength, c.PatchLength)
	}
	if c.HeadDropout < 0 || c.HeadDropout >= 1 {
		return fmt.Errorf("tsm2: head_dropout is %g: it must be at least 0 and below 1", c.HeadDropout)
	}
	if c.HeadInitScale < 0 {
		return fmt.Errorf("tsm2: head_init_scale is %g: it must be 0 or more", c.HeadInitScale)
	}
	if c.FinalNorm && c.Norm == mixer.NormNone {
		return fmt.Errorf("tsm2: final_norm is on but norm is %q: set norm to %q or %q, or final_norm to false",
			c.Norm, mixer.Norm2D, mixer.NormFeature)
	}
	if c.ShuffleVariates < 0 {
		return fmt.Errorf("tsm2: shuffle_variates is %d: it must be a seed of 1 or more, or 0 for the order of the data", c.ShuffleVariates)
	}
	if err := nearest.Check("tsm2: embedding", c.Embedding, EmbeddingOrthogonal, EmbeddingLinear); err != nil {
		return err
	}
	if err := nearest.Check("tsm2: instance_norm", c.InstanceNorm, InstanceNorms()...); err != nil {
		return err
	}
	if c.FutureMixing != "" {
		if err := nearest.Check("tsm2: future_mixing", c.FutureMixing, FutureMixings()...); err != nil {
			return err
		}
	}
	if err := c.block().Validate(); err != nil {
		return fmt.Errorf("tsm2: %w", err)
	}
	return nil
}

// Patches is the number of patches P that cover a history of the given length.
func (c Config) Patches(history int) int {
	return (history-c.PatchLength+c.PatchStride-1)/c.PatchStride + 1
}

// block is the mixers' part of the configuration.
func (c Config) block() mixer.Config {
	return mixer.Config{
		Layers:    c.Layers,
		Token:     mixer.Mixer{Kind: c.TokenMixer, Bidirectional: c.BidirectionalToken, Expand: c.Expand, SSM: c.SSM},
		Channel:   mixer.Mixer{Kind: c.ChannelMixer, Bidirectional: !c.UnidirectionalChannel, Expand: c.Expand, SSM: c.SSM},
		Averaging: c.Averaging, Without: c.AveragingWithout, Norm: c.Norm, Dropout: c.Dropout,
	}
}
