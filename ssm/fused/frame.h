// What handlers share: the FFI's question for its version, and reading a call's buffers.
#ifndef MAMBAMIXER_FUSED_FRAME_H
#define MAMBAMIXER_FUSED_FRAME_H

#include "abi.h"

// mm_describe answers XLA's question, asked once per handler, for which version of the FFI it was written. It returns 0
// where the handler is called to do its work.
int mm_describe(XlaCallFrame *frame);

// mm_fill_nan makes a failure of a kernel visible: it can only be a lack of memory.
void mm_fill_nan(XlaCallFrame *frame);

// A cursor goes through arguments or results, of which some may be absent.
typedef struct {
  XlaBuffer **next;
} mm_cursor;

static inline float *mm_take(mm_cursor *cursor, int absent) {
  return absent ? NULL : (float *)(*cursor->next++)->data;
}

#endif
