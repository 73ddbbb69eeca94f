// Depthwise convolution for CPUs, with bias and SiLU fused in:
//
//	y[b, i, j, c] = act(bias[c] + sum over p, q of taps[p, q, c] x[b, i - top + p, j - left + q, c])
//
// where x is zero outside its rows and columns. Everything is float32 and row-major, with the channels last. The causal
// convolution of Mamba is the case of one row: H = KH = 1 and left = KW - 1.
#ifndef MAMBAMIXER_CONV_H
#define MAMBAMIXER_CONV_H

#include <stdint.h>

// MM_CONV_TAPS is the largest KH*KW.
#define MM_CONV_TAPS 64

typedef struct {
  int64_t batch, height, width, channels; // B, H, W, C; C >= 1
  int64_t rows, columns;                  // KH, KW >= 1, of the taps
  int64_t top, left;                      // rows and columns of zeros in front: 0 <= top < KH, 0 <= left < KW
  int mirrored;                           // use taps[KH-1-p, KW-1-q] in the place of taps[p, q]
  int silu;                               // act(r) = SiLU(r) = r/(1 + exp(-r)), else r
} mm_conv_dims;

typedef struct {
  const float *x;    // [B, H, W, C]
  const float *taps; // [KH, KW, C]
  const float *bias; // [C] or NULL (zeros)
} mm_conv_inputs;

// Every pointer may be NULL: that gradient is not written.
typedef struct {
  float *x, *taps, *bias;
} mm_conv_gradients;

// Both return MM_SCAN_OK or one of the errors of scan.h; instruction set and threads are those of the scan.

// mm_conv_forward writes y [B, H, W, C].
int mm_conv_forward(const mm_conv_dims *dims, const mm_conv_inputs *in, float *y);

// mm_conv_backward writes the gradients of a loss whose gradient with respect to y is gy [B, H, W, C]. It needs nothing
// else from the forward pass: what SiLU was applied to is computed again.
int mm_conv_backward(const mm_conv_dims *dims, const mm_conv_inputs *in, const float *gy, const mm_conv_gradients *grad);

#endif
