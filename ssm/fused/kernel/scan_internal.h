// What scan.c (planning, memory, dispatch) and the kernels of each instruction set share.
#ifndef MAMBAMIXER_SCAN_INTERNAL_H
#define MAMBAMIXER_SCAN_INTERNAL_H

#include "arena.h"
#include "conv_internal.h"
#include "scan.h"

// LOG2E converts exp to exp2.
#define LOG2E 1.44269504088896340736f
#define LN2 0.69314718055994530942f

// A block is W consecutive channels of one group (fewer in a group's last block), W being the kernel's vector width.
// A tile holds the N states of a block's channels as [N][W]. A task is a part of the batch, a group, and a range of
// the group's blocks. What is summed over the batch (the gradients of A, D and the bias) is summed per part first;
// what is summed over channels (the gradients of B and C) per range first; then in order of part and range.
// All of that depends on the dims alone, so the results don't depend on how many threads there are.
typedef struct {
  const struct mm_kernel *kernel;
  mm_scan_dims dims;
  mm_scan_inputs in;
  float *y, *last, *starts;
  const float *kept; // starts, when read
  const float *gy, *glast;
  mm_scan_gradients grad;

  int64_t group_channels;  // D/G
  int64_t blocks;          // per group
  int64_t range_blocks, ranges; // per group
  int64_t part_batch, parts;
  int64_t tasks;

  float *a2;               // [G*blocks][N][W], A times the kernel's EXP2_UNIT log2(e)
  float *part_a;           // [parts][G*blocks][N][W]
  float *part_d, *part_bias; // [parts][G*blocks][W]
  float *range_b, *range_c; // [ranges-1][B, L, G, N]: the first range writes to the gradients themselves
  float *workspaces;       // one for each thread
  int64_t workspace;       // floats in each
  int threads;
} mm_job;

// mm_kernel is the scan and the convolution for one instruction set.
typedef struct mm_kernel {
  const char *name;
  int width; // channels per vector
  const struct mm_kernel *narrow; // NULL, or what serves better where there are no more channels than its width
  void (*prepare)(const mm_job *job);
  void (*forward)(const mm_job *job, int64_t task, float *workspace);
  void (*backward)(const mm_job *job, int64_t task, float *workspace);
  void (*reduce)(const mm_job *job, int64_t task);
  void (*math)(int function, const float *x, float *y, int64_t n);
  void (*conv_forward)(const mm_conv_job *job, int64_t task);
  void (*conv_backward)(const mm_conv_job *job, int64_t task, float *workspace);
  void (*conv_reduce)(const mm_conv_job *job, int64_t block);
} mm_kernel;

// mm_kernel_in_use is NULL where there is none; see mm_scan_isa.
const mm_kernel *mm_kernel_in_use(void);

// mm_kernel_for is the kernel in use for groups of so many channels, or NULL.
const mm_kernel *mm_kernel_for(int64_t channels);

extern const mm_kernel mm_kernel_portable;
#if defined(__x86_64__)
extern const mm_kernel mm_kernel_avx2, mm_kernel_avx512, mm_kernel_avx512_narrow;
#endif

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int64_t min64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max64(int64_t a, int64_t b) { return a > b ? a : b; }

// Elements of the gradients of B or C that one reduction task adds up.
#define MM_REDUCE_SLICE 16384

#endif
