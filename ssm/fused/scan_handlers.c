#include "frame.h"
#include "install.h"
#include "kernel/scan.h"

// What the first argument of both handlers says.
enum { kSoftplus, kReverse, kNoLastState, kAbsent };

// Inputs that may be absent, as bits of kAbsent.
enum { kAbsentD = 1, kAbsentZ = 2, kAbsentBias = 4, kAbsentState = 8 };

// read_inputs reads the arguments that both handlers begin with: options, then the inputs that are there.
static void read_inputs(XlaCallFrame *frame, mm_cursor *cursor, mm_scan_dims *dims, mm_scan_inputs *in, int *absent) {
  XlaBuffer **args = frame->args.buffers;
  const int32_t *options = (const int32_t *)args[0]->data;
  const int64_t *u = args[1]->dims, *a = args[3]->dims, *b = args[4]->dims;
  *dims = (mm_scan_dims){.batch = u[0], .length = u[1], .channels = u[2], .state = a[1], .groups = b[2],
                         .softplus = options[kSoftplus], .reverse = options[kReverse]};
  *absent = options[kAbsent];
  cursor->next = args + 1;
  in->u = mm_take(cursor, 0);
  in->delta = mm_take(cursor, 0);
  in->a = mm_take(cursor, 0);
  in->b = mm_take(cursor, 0);
  in->c = mm_take(cursor, 0);
  in->d = mm_take(cursor, *absent & kAbsentD);
  in->z = mm_take(cursor, *absent & kAbsentZ);
  in->delta_bias = mm_take(cursor, *absent & kAbsentBias);
  in->h0 = mm_take(cursor, *absent & kAbsentState);
}

static int no_last_state(XlaCallFrame *frame) {
  return ((const int32_t *)frame->args.buffers[0]->data)[kNoLastState];
}

XlaError *mambamixer_scan_forward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  int no_last = no_last_state(frame);
  cursor.next = frame->rets.buffers;
  float *y = mm_take(&cursor, 0), *last = mm_take(&cursor, no_last);
  float *starts = mm_take(&cursor, frame->rets.size + no_last < 3);
  if (mm_scan_forward(&dims, &in, y, last, starts) != MM_SCAN_OK) mm_fill_nan(frame);
  return NULL;
}

XlaError *mambamixer_scan_backward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  const float *starts = mm_take(&cursor, 0), *gy = mm_take(&cursor, 0);
  const float *glast = mm_take(&cursor, no_last_state(frame));
  cursor.next = frame->rets.buffers;
  mm_scan_gradients grad;
  grad.u = mm_take(&cursor, 0);
  grad.delta = mm_take(&cursor, 0);
  grad.a = mm_take(&cursor, 0);
  grad.b = mm_take(&cursor, 0);
  grad.c = mm_take(&cursor, 0);
  grad.d = mm_take(&cursor, absent & kAbsentD);
  grad.z = mm_take(&cursor, absent & kAbsentZ);
  grad.delta_bias = mm_take(&cursor, absent & kAbsentBias);
  grad.h0 = mm_take(&cursor, absent & kAbsentState);
  if (mm_scan_backward(&dims, &in, starts, gy, glast, &grad) != MM_SCAN_OK) mm_fill_nan(frame);
  return NULL;
}
