// The selective scan and the convolution for one instruction set. Its file defines vectors of W channels (see
// scan_math.h), v_load_part and v_store_part for a group's last channels, v_sums, SLAB, EXP2_UNIT, KERNEL, NAME and
// NARROW, and then includes this file.
//
// The lanes of a vector are channels. In the scan, time runs in chunks of T steps, and the order of the loops differs:
//
//	forward   chunk, block, slab of states, step, state: a slab's states stay in registers through a chunk
//	backward  chunk (last first), block, state, step: one state's exponentials and states of a chunk stay in registers,
//	          forward through the chunk and back

#define T MM_SCAN_CHUNK

#include "scan_math.h"
#include "scan_task.h"
#include "scan_forward.h"
#include "scan_backward.h"
#include "conv_sweep.h"
#include "conv_task.h"

const mm_kernel KERNEL = {NAME, W, NARROW, prepare, forward, backward, reduce, math, conv_forward, conv_backward, conv_reduce};
