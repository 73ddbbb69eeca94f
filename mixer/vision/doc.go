// Package vision holds the rivals of ViM2: the image classifiers that its tables show beside it.
//
//	ResNet      convolutions with batch norm and residual sums
//	ConvMixer   depthwise and pointwise convolutions on patches
//	MLPMixer    perceptrons along the patches and along the channels
//	ViT         attention over patches and a class token; DeiT is this network
//	Vim         Mamba blocks over the patches in both directions, the class token in their middle
//	VMamba      ViM2 with token mixers only: VMambaT, and vim2.Config.TokensOnly for any configuration
//
// Each is a configuration with the same two methods: Validate checks images of height x width pixels, Logits builds the
// graph from images [B, H, W, C] to [B, classes]. vim2.Config has them, too. Structure and initial values follow the
// authors' code where the paper leaves them open; what differs is said. DropPath and the other regularisers belong to
// the recipe and act in training only.
//
// # Dense prediction
//
// ViM2, VMamba and ResNet are also a [Pyramid]: they give the maps of all their stages. UPerNet makes a [Segmenter] of one, which gives
// each pixel a class.
//
// # Sizes
//
// Rivals gives each model in a size with as many parameters as ViM2's Nano or Micro, to 3 %, on images of 32 x 32 pixels
// with 10 classes. That is the paper's measure; the operations differ, because a model that keeps its resolution uses each
// parameter more often than one that shrinks it. So models of one resolution cut larger patches, 4 x 4 pixels.
package vision
