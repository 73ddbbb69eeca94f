#include "frame.h"

int mm_describe(XlaCallFrame *frame) {
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

void mm_fill_nan(XlaCallFrame *frame) {
  for (int64_t i = 0; i < frame->rets.size; i++) {
    XlaBuffer *buffer = frame->rets.buffers[i];
    int64_t size = 1;
    for (int64_t axis = 0; axis < buffer->rank; axis++) size *= buffer->dims[axis];
    for (int64_t j = 0; j < size; j++) ((float *)buffer->data)[j] = __builtin_nanf("");
  }
}
