#include "frame.h"
#include "install.h"
#include "kernel/conv.h"
#include "kernel/scan.h"

// read_inputs reads the arguments that both handlers begin with: options (top, left, mirrored, SiLU, bias absent), x
// [B, H, W, C], taps [KH, KW, C], and the bias if it is there.
static void read_inputs(XlaCallFrame *frame, mm_cursor *cursor, mm_conv_dims *dims, mm_conv_inputs *in, int *absent) {
  XlaBuffer **args = frame->args.buffers;
  const int32_t *options = (const int32_t *)args[0]->data;
  const int64_t *x = args[1]->dims, *taps = args[2]->dims;
  *dims = (mm_conv_dims){.batch = x[0], .height = x[1], .width = x[2], .channels = x[3], .rows = taps[0], .columns = taps[1],
                         .top = options[0], .left = options[1], .mirrored = options[2], .silu = options[3]};
  *absent = options[4];
  cursor->next = args + 1;
  in->x = mm_take(cursor, 0);
  in->taps = mm_take(cursor, 0);
  in->bias = mm_take(cursor, *absent);
}

XlaError *mambamixer_conv_forward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_conv_dims dims;
  mm_conv_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  if (mm_conv_forward(&dims, &in, frame->rets.buffers[0]->data) != MM_SCAN_OK) mm_fill_nan(frame);
  return NULL;
}

XlaError *mambamixer_conv_backward(XlaCallFrame *frame) {
  if (mm_describe(frame)) return NULL;
  mm_conv_dims dims;
  mm_conv_inputs in;
  mm_cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  const float *gy = mm_take(&cursor, 0);
  cursor.next = frame->rets.buffers;
  mm_conv_gradients grad;
  grad.x = mm_take(&cursor, 0);
  grad.taps = mm_take(&cursor, 0);
  grad.bias = mm_take(&cursor, absent);
  if (mm_conv_backward(&dims, &in, gy, &grad) != MM_SCAN_OK) mm_fill_nan(frame);
  return NULL;
}
