// Package mixer builds the MambaMixer block: graph functions, no training and no I/O.
//
// # The idea
//
// Mamba mixes tokens with a selective state space model (package ssm) and leaves channels to the
// projections. MambaMixer (arXiv 2403.19888, version 1) runs the same selective mixer a second time
// along the channels, and feeds every mixer a learned weighted sum of all earlier outputs.
//
// # Equations
//
// B sequences, L tokens, D channels; E = Expand·F is the inner width for features of width F; ⊗ is
// the elementwise product and σ is SiLU.
//
//	(6)-(11)  token mixer, x [B, L, D]        Mixer.Apply with Axes{1, 2}, one direction
//	          y = SSM(σ(Conv(Linear(x)))) ⊗ σ(Linear(x)), then Linear
//	(12)-(18) channel mixer, x transposed     Mixer.Apply with Axes{2, 1}, Bidirectional
//	          the same with the two axes exchanged; a second conv and S6 run from the last channel to
//	          the first; the directions are summed under one gate
//	(19)      token mixer input                Average.TokenInput
//	          Σ_{i<ℓ} α_{ℓ,i} y_Token^(i) + Σ_{i<ℓ} β_{ℓ,i} y_Channel^(i)
//	(20)      channel mixer input              Average.ChannelInput
//	          Σ_{i≤ℓ} θ_{ℓ,i} y_Token^(i) + Σ_{i<ℓ} γ_{ℓ,i} y_Channel^(i)
//	          y_Token^(0) = y_Channel^(0) = x; α, β, θ, γ are scalars, L(2L+3) of them for L layers
//	fig. 1    the layers, pre-norm, in order   Block
//
// The output projection is in the paper's figures but not in its equations; the SiLU, the split of one
// bias-free input projection and the initial values are mamba_ssm's; the pre-norm is TSMixer's.
//
// # Layout
//
// A mixer is told which axis is its sequence and which holds the features (Axes), so one function
// serves tokens, channels, image patches and variates; only a layout that needs it is transposed.
//
// # Special cases
//
// Kind Gated removes conv and S6 and leaves MLP-Mixer with gated MLPs; Kind MLP is MLP-Mixer itself.
// With every β = 0, the newest α = 1 and the rest 0 under AveragingDenseFormer, Block is a residual
// stack of Mamba blocks. Both are tested. Config.Without leaves the sum of one of α, β, θ, γ out.
//
// Config.Structure and Mixer.Structure say what is built, without building it: figures are drawn from that.
package mixer
