#include "frame.h"
#include "install.h"
#include "kernel/scan.h"

// Inputs that may be absent, as bits of the third option.
enum { kAbsentD = 1, kAbsentZ = 2, kAbsentBias = 4, kAbsentState = 8 };

// read_inputs reads the arguments that both handlers begin with: options, then the inputs that are there.
static void read_inputs(XlaCallFrame *frame, mm_cursor *cursor, mm_scan_dims *dims, mm_scan_inputs *in, int *absent) {
  XlaBuffer **args = frame->args.buffers;
  const int32_t *options = (const int32_t *)args[0]->data;
  const int64_t *u = args[1]->dims, *a = args[3]->dims, *b = args[4]->dims;
  *dims = (mm_scan_dims){.batch = u[0], .length = u[1], .channels = u[2], .state = a[1], .groups = b[2],
                         .softplus = options[0], .reverse = options[1]};
  *absent = options[2];
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

XlaError *mambamixer_scan_forward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  XlaBuffer **rets = frame->rets.buffers;
  float *starts = frame->rets.size > 2 ? rets[2]->data : NULL;
  if (mm_scan_forward(&dims, &in, rets[0]->data, rets[1]->data, starts) != MM_SCAN_OK) mm_fill_nan(frame);
  return NULL;
}

XlaError *mambamixer_scan_backward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  const float *starts = mm_take(&cursor, 0), *gy = mm_take(&cursor, 0), *glast = mm_take(&cursor, 0);
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
