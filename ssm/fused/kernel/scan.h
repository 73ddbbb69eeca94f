// The selective scan for CPUs: h_t = exp(delta_t A) h_{t-1} + delta_t u_t B_t, y_t = (C_t h_t + D u_t) SiLU(z_t).
//
// Everything is float32 and row-major. Symbols: B sequences, L time steps, D channels, N states per channel,
// G groups of D/G consecutive channels that share B_t and C_t.
#ifndef MAMBAMIXER_SCAN_H
#define MAMBAMIXER_SCAN_H

#include <stddef.h>
#include <stdint.h>

// MM_SCAN_CHUNK time steps are computed between two kept states; the backward pass recomputes the states in between.
#define MM_SCAN_CHUNK 8

typedef struct {
  int64_t batch, length, channels, state, groups; // B, L, D, N, G; D, N, G >= 1, and G divides D
  int softplus; // delta = softplus(delta + bias)
  int reverse;  // run from the last time step to the first
} mm_scan_dims;

typedef struct {
  const float *u, *delta; // [B, L, D]
  const float *a;         // [D, N]
  const float *b, *c;     // [B, L, G, N]
  const float *d;         // [D] or NULL: y += D u
  const float *z;         // [B, L, D] or NULL: y *= SiLU(z)
  const float *delta_bias; // [D] or NULL: delta += bias
  const float *h0;        // [B, D, N] or NULL (zeros): the state before the first step
} mm_scan_inputs;

// Every pointer may be NULL: that gradient is not written. A gradient that is asked for must belong to an input that is there.
typedef struct {
  float *u, *delta;   // [B, L, D]
  float *a;           // [D, N]
  float *b, *c;       // [B, L, G, N]
  float *d;           // [D]
  float *z;           // [B, L, D]
  float *delta_bias;  // [D]
  float *h0;          // [B, D, N]
} mm_scan_gradients;

enum { MM_SCAN_OK = 0, MM_SCAN_BAD_DIMS = 1, MM_SCAN_NO_MEMORY = 2, MM_SCAN_NO_ISA = 3 };

// mm_scan_starts_size is the number of floats that mm_scan_forward writes to starts: the state before every chunk of
// MM_SCAN_CHUNK steps but the first. It is 0 for L <= MM_SCAN_CHUNK. The layout belongs to the kernel that wrote it.
size_t mm_scan_starts_size(const mm_scan_dims *dims);

// mm_scan_forward writes y [B, L, D], the state after the last step, last [B, D, N] (NULL: not wanted), and what the
// backward pass needs, starts (NULL: inference).
int mm_scan_forward(const mm_scan_dims *dims, const mm_scan_inputs *in, float *y, float *last, float *starts);

// mm_scan_backward writes the gradients of a loss whose gradients with respect to y and last are gy [B, L, D] and
// glast [B, D, N] (NULL: zeros). starts is what mm_scan_forward wrote for the same dims and inputs.
int mm_scan_backward(const mm_scan_dims *dims, const mm_scan_inputs *in, const float *starts,
                     const float *gy, const float *glast, const mm_scan_gradients *grad);

// mm_scan_isa is "avx512", "avx2" or "portable": the best that the processor runs, or what MAMBAMIXER_SCAN_ISA asked for.
// Where that cannot be had, mm_scan_isa is NULL, mm_scan_error says why, and scans return MM_SCAN_NO_ISA.
const char *mm_scan_isa(void);
const char *mm_scan_error(void);

// mm_scan_set_isa chooses the kernels from now on. It returns MM_SCAN_NO_ISA, and changes nothing, for an unknown or
// unsupported name. Not to be called while a scan runs, nor between a forward pass and its backward pass.
int mm_scan_set_isa(const char *name);

// mm_scan_threads is how many threads a scan uses: the processors this process may run on, or MAMBAMIXER_SCAN_THREADS.
// The results don't depend on it, to the last bit.
int mm_scan_threads(void);
void mm_scan_set_threads(int threads);

// mm_scan_math applies one of the kernels' elementary functions to n values; for tests of their accuracy.
enum { MM_SCAN_EXP2 = 0, MM_SCAN_EXP = 1, MM_SCAN_SOFTPLUS = 2, MM_SCAN_SIGMOID = 3, MM_SCAN_SILU = 4 };
int mm_scan_math(int function, const float *x, float *y, int64_t n);

#endif
