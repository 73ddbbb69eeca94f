// What conv.c (planning, memory) and the kernels of each instruction set share.
#ifndef MAMBAMIXER_CONV_INTERNAL_H
#define MAMBAMIXER_CONV_INTERNAL_H

#include "conv.h"

// A block is as many consecutive channels as a vector has lanes (fewer in the last block). A task is a part of the batch
// and a range of blocks. The gradients of taps and bias are summed per part first, then in the order of the parts. All of
// that depends on the dims alone, so the results don't depend on how many threads there are.
typedef struct {
  const struct mm_kernel *kernel;
  mm_conv_dims dims;
  mm_conv_inputs in;
  float *y;
  const float *gy;
  mm_conv_gradients grad;

  int64_t blocks;
  int64_t range_blocks, ranges;
  int64_t part_images, parts;
  int64_t tasks;
  int64_t segment; // columns of a row that are worked on at a time
  int64_t group;   // images of which that segment is worked on at a time: more than 1 only where KH is 1
  int64_t ahead;   // floats from a column to the one whose turn is a segment later

  float *sums;        // [parts][blocks][KH*KW + 1][lanes]: gradients of taps and bias
  float *workspaces;  // one for each thread: [range_blocks][KH][KW - 1 + segment][lanes]
  int64_t workspace;  // floats in each
  int threads;
} mm_conv_job;

#endif
