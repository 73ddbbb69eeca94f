#include "install.h"

#include <stdlib.h>

#include "kernel/scan.h"

// describe answers XLA's question, asked once per handler, for which version of the FFI it was written.
static int describe(XlaCallFrame *frame) {
  for (XlaExtension *e = frame->extensions; e != NULL; e = e->next) {
    if (e->type != kXlaExtensionMetadata) continue;
    XlaMetadata *metadata = ((XlaMetadataExtension *)e)->metadata;
    metadata->version.major = 0;
    metadata->version.minor = 3;
    metadata->traits = 0;
    return 1;
  }
  return 0;
}

// Inputs that may be absent, as bits of the third option.
enum { kAbsentD = 1, kAbsentZ = 2, kAbsentBias = 4, kAbsentState = 8 };

typedef struct {
  XlaBuffer **next;
} Cursor;

static float *take(Cursor *cursor, int absent) {
  return absent ? NULL : (float *)(*cursor->next++)->data;
}

// read_inputs reads the arguments that both handlers begin with: options, then the inputs that are there.
static void read_inputs(XlaCallFrame *frame, Cursor *cursor, mm_scan_dims *dims, mm_scan_inputs *in, int *absent) {
  XlaBuffer **args = frame->args.buffers;
  const int32_t *options = (const int32_t *)args[0]->data;
  const int64_t *u = args[1]->dims, *a = args[3]->dims, *b = args[4]->dims;
  *dims = (mm_scan_dims){.batch = u[0], .length = u[1], .channels = u[2], .state = a[1], .groups = b[2],
                         .softplus = options[0], .reverse = options[1]};
  *absent = options[2];
  cursor->next = args + 1;
  in->u = take(cursor, 0);
  in->delta = take(cursor, 0);
  in->a = take(cursor, 0);
  in->b = take(cursor, 0);
  in->c = take(cursor, 0);
  in->d = take(cursor, *absent & kAbsentD);
  in->z = take(cursor, *absent & kAbsentZ);
  in->delta_bias = take(cursor, *absent & kAbsentBias);
  in->h0 = take(cursor, *absent & kAbsentState);
}

// fill_nan makes a failure of the kernel visible: it can only be a lack of memory.
static void fill_nan(XlaCallFrame *frame) {
  for (int64_t i = 0; i < frame->rets.size; i++) {
    XlaBuffer *buffer = frame->rets.buffers[i];
    int64_t size = 1;
    for (int64_t axis = 0; axis < buffer->rank; axis++) size *= buffer->dims[axis];
    for (int64_t j = 0; j < size; j++) ((float *)buffer->data)[j] = __builtin_nanf("");
  }
}

XlaError *mambamixer_scan_forward(XlaCallFrame *frame) {
  if (describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  Cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  XlaBuffer **rets = frame->rets.buffers;
  float *starts = frame->rets.size > 2 ? rets[2]->data : NULL;
  if (mm_scan_forward(&dims, &in, rets[0]->data, rets[1]->data, starts) != MM_SCAN_OK) fill_nan(frame);
  return NULL;
}

XlaError *mambamixer_scan_backward(XlaCallFrame *frame) {
  if (describe(frame)) return NULL;
  mm_scan_dims dims;
  mm_scan_inputs in;
  Cursor cursor;
  int absent;
  read_inputs(frame, &cursor, &dims, &in, &absent);
  const float *starts = take(&cursor, 0), *gy = take(&cursor, 0), *glast = take(&cursor, 0);
  cursor.next = frame->rets.buffers;
  mm_scan_gradients grad;
  grad.u = take(&cursor, 0);
  grad.delta = take(&cursor, 0);
  grad.a = take(&cursor, 0);
  grad.b = take(&cursor, 0);
  grad.c = take(&cursor, 0);
  grad.d = take(&cursor, absent & kAbsentD);
  grad.z = take(&cursor, absent & kAbsentZ);
  grad.delta_bias = take(&cursor, absent & kAbsentBias);
  grad.h0 = take(&cursor, absent & kAbsentState);
  if (mm_scan_backward(&dims, &in, starts, gy, glast, &grad) != MM_SCAN_OK) fill_nan(frame);
  return NULL;
}
