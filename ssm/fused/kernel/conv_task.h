// The convolution's tasks. They go down the rows of a segment of columns, and through the blocks of channels; where rows
// are short, through a group of images at a time, so that taps stay in registers.

// What a task works on.
typedef struct {
  int64_t part;
  int64_t image0, image1;
  int64_t block0, block1;
} mm_conv_share;

INLINE mm_conv_share conv_share_of(const mm_conv_job *job, int64_t task) {
  mm_conv_share s;
  int64_t range = task % job->ranges;
  s.part = task / job->ranges;
  s.image0 = s.part * job->part_images;
  s.image1 = min64(s.image0 + job->part_images, job->dims.batch);
  s.block0 = range * job->range_blocks;
  s.block1 = min64(s.block0 + job->range_blocks, job->blocks);
  return s;
}

// A segment of one row of a group of images.
typedef struct {
  int64_t image0, image1;
  int64_t i;
  int64_t from, to;
} mm_segment;

INLINE int conv_lanes(const mm_conv_job *job, int64_t block) { return (int)min64(W, job->dims.channels - block * W); }

INLINE int64_t row_floats(const mm_conv_job *job) { return job->dims.width * job->dims.channels; }

// load_taps reads a block's taps in the order of the window.
INLINE void load_taps(const int taps, const int lanes, const mm_conv_job *job, int64_t block, vf *tap) {
  for (int k = 0; k < taps; k++)
    tap[k] = v_load_part(job->in.taps + (job->dims.mirrored ? taps - 1 - k : k) * job->dims.channels + block * W, lanes);
}

INLINE vf load_bias(const int lanes, const mm_conv_job *job, int64_t block) {
  return job->in.bias ? v_load_part(job->in.bias + block * W, lanes) : v_set1(0.0f);
}

// row_at is a row of an array of the size of x, at a block.
INLINE mm_row row_at(const mm_conv_job *job, const float *array, int64_t image, int64_t i, int64_t block) {
  return (mm_row){(float *)array + (image * job->dims.height + i) * row_floats(job) + block * W, job->dims.channels};
}

// rows_at are the rows first, first + 1, ... of an image under the window.
INLINE mm_rows rows_at(const int KH, const mm_conv_job *job, const float *array, int64_t image, int64_t first, int64_t block) {
  mm_rows rows;
  for (int p = 0; p < KH; p++) {
    mm_row row = {(float *)conv_zeros, 0};
    if (first + p >= 0 && first + p < job->dims.height) row = row_at(job, array, image, first + p, block);
    rows.row[p] = row.first;
    rows.step[p] = row.step;
  }
  return rows;
}

INLINE void forward_segment(const int KH, const int KW, const int lanes, const mm_conv_job *job, const mm_segment *s, int64_t block) {
  const mm_conv_dims *d = &job->dims;
  vf tap[MM_CONV_TAPS], bias = load_bias(lanes, job, block);
  load_taps(KH * KW, lanes, job, block, tap);
  mm_columns c = {s->from, s->to, d->width, d->left, job->ahead};
  for (int64_t image = s->image0; image < s->image1; image++) {
    mm_rows x = rows_at(KH, job, job->in.x, image, s->i - d->top, block);
    mm_row y = row_at(job, job->y, image, s->i, block);
    if (d->silu) convolve(KH, KW, lanes, 1, tap, bias, &x, &c, y);
    else convolve(KH, KW, lanes, 0, tap, bias, &x, &c, y);
  }
}

// Backward, a ring of a block's last KH rows of ∂r, or of one row's last columns where KH is 1, gives the gradient of x: by
// the convolution with the taps in opposite order. Without SiLU, ∂r is the gradient of y itself.

// ring_row is row i when the ring holds the segment that begins at column from.
INLINE mm_row ring_row(const int KH, const int KW, const mm_conv_job *job, float *ring, int64_t i, int64_t from) {
  return (mm_row){ring + (i % KH * (KW - 1 + job->segment) + KW - 1 - from) * W, W};
}

INLINE mm_rows ring_rows(const int KH, const int KW, const mm_conv_job *job, float *ring, int64_t first, int64_t from) {
  mm_rows rows;
  for (int p = 0; p < KH; p++) {
    mm_row row = {(float *)conv_zeros, 0};
    if (first + p >= 0 && first + p < job->dims.height) row = ring_row(KH, KW, job, ring, first + p, from);
    rows.row[p] = row.first;
    rows.step[p] = row.step;
  }
  return rows;
}

// backward_segment takes a segment of row i to ∂r and to the sums for taps and bias, and then writes what is known of row
// i - top of the gradient of x.
INLINE void backward_segment(const int KH, const int KW, const int lanes, const mm_conv_job *job, const mm_segment *s,
                             int64_t block, float *sums_at, float *ring) {
  const mm_conv_dims *d = &job->dims;
  const int taps = KH * KW;
  vf tap[MM_CONV_TAPS], opposite[MM_CONV_TAPS], sums[MM_CONV_TAPS + 1], bias = load_bias(lanes, job, block);
  load_taps(taps, lanes, job, block, tap);
  for (int k = 0; k < taps; k++) opposite[k] = tap[taps - 1 - k];
  for (int k = 0; k <= taps; k++) sums[k] = v_load(sums_at + k * W);
  mm_columns c = {s->from, s->to, d->width, d->left, job->ahead};
  mm_columns known = {max64(0, s->from - d->left), s->to < d->width ? s->to - d->left : s->to, d->width, KW - 1 - d->left, job->ahead};
  for (int64_t image = s->image0; image < s->image1; image++) {
    if (s->i < d->height) {
      mm_rows x = rows_at(KH, job, job->in.x, image, s->i - d->top, block);
      mm_row gy = row_at(job, job->gy, image, s->i, block);
      mm_row gr = ring_row(KH, KW, job, ring, s->i, s->from);
      if (d->silu) differentiate(KH, KW, lanes, 1, tap, bias, &x, &c, gy, gr, sums);
      else differentiate(KH, KW, lanes, 0, tap, bias, &x, &c, gy, gr, sums);
    }
    if (!job->grad.x || s->i < d->top) continue;
    int64_t first = s->i - (KH - 1);
    mm_row gx = row_at(job, job->grad.x, image, s->i - d->top, block);
    if (d->silu) {
      mm_rows gr = ring_rows(KH, KW, job, ring, first, s->from);
      convolve(KH, KW, lanes, 0, opposite, v_set1(0.0f), &gr, &known, gx);
      if (s->to < d->width) memmove(ring, ring + job->segment * W, (size_t)(KW - 1) * W * sizeof(float));
    } else {
      mm_rows gy = rows_at(KH, job, job->gy, image, first, block);
      convolve(KH, KW, lanes, 0, opposite, v_set1(0.0f), &gy, &known, gx);
    }
  }
  for (int k = 0; k <= taps; k++) v_store(sums_at + k * W, sums[k]);
}

INLINE void forward_task(const int KH, const int KW, const mm_conv_job *job, int64_t task) {
  const mm_conv_dims *d = &job->dims;
  mm_conv_share share = conv_share_of(job, task);
  for (int64_t image = share.image0; image < share.image1; image += job->group)
    for (int64_t from = 0; from < d->width; from += job->segment)
      for (int64_t i = 0; i < d->height; i++) {
        mm_segment s = {image, min64(image + job->group, share.image1), i, from, min64(from + job->segment, d->width)};
        for (int64_t block = share.block0; block < share.block1; block++) {
          int lanes = conv_lanes(job, block);
          if (lanes == W) forward_segment(KH, KW, W, job, &s, block);
          else forward_segment(KH, KW, lanes, job, &s, block);
        }
      }
}

INLINE void backward_task(const int KH, const int KW, const mm_conv_job *job, int64_t task, float *workspace) {
  const mm_conv_dims *d = &job->dims;
  mm_conv_share share = conv_share_of(job, task);
  int64_t sums_floats = (KH * KW + 1) * W, ring_floats = KH * (KW - 1 + job->segment) * W;
  float *sums = job->sums + share.part * job->blocks * sums_floats;
  memset(sums + share.block0 * sums_floats, 0, (size_t)((share.block1 - share.block0) * sums_floats) * sizeof(float));
  for (int64_t image = share.image0; image < share.image1; image += job->group)
    for (int64_t from = 0; from < d->width; from += job->segment)
      for (int64_t i = 0; i < d->height + d->top; i++) {
        mm_segment s = {image, min64(image + job->group, share.image1), i, from, min64(from + job->segment, d->width)};
        for (int64_t block = share.block0; block < share.block1; block++) {
          float *sums_at = sums + block * sums_floats, *ring = workspace + (block - share.block0) * ring_floats;
          int lanes = conv_lanes(job, block);
          if (lanes == W) backward_segment(KH, KW, W, job, &s, block, sums_at, ring);
          else backward_segment(KH, KW, lanes, job, &s, block, sums_at, ring);
        }
      }
}

// SHAPED calls an inline function with the sizes of the taps as constants where they are those of a common kernel.
#define SHAPED(CALL, ...)                                                    \
  int rows = (int)job->dims.rows, columns = (int)job->dims.columns;          \
  switch (rows << 8 | columns) {                                             \
  case 0x102: CALL(1, 2, __VA_ARGS__); break;                                \
  case 0x103: CALL(1, 3, __VA_ARGS__); break;                                \
  case 0x104: CALL(1, 4, __VA_ARGS__); break;                                \
  case 0x303: CALL(3, 3, __VA_ARGS__); break;                                \
  default: CALL(rows, columns, __VA_ARGS__);                                 \
  }

static void conv_forward(const mm_conv_job *job, int64_t task) { SHAPED(forward_task, job, task) }

static void conv_backward(const mm_conv_job *job, int64_t task, float *workspace) { SHAPED(backward_task, job, task, workspace) }

#undef SHAPED

// conv_reduce adds up, in the order of the parts, a block's gradients of taps and bias.
static void conv_reduce(const mm_conv_job *job, int64_t block) {
  int64_t taps = job->dims.rows * job->dims.columns, channels = job->dims.channels, floats = (taps + 1) * W;
  int lanes = conv_lanes(job, block);
  float *sums = job->sums + block * floats;
  sum_parts(sums, floats, job->blocks * floats, job->parts);
  for (int64_t k = 0; job->grad.taps && k < taps; k++) {
    int64_t tap = job->dims.mirrored ? taps - 1 - k : k;
    v_store_part(job->grad.taps + tap * channels + block * W, lanes, v_load(sums + k * W));
  }
  if (job->grad.bias) v_store_part(job->grad.bias + block * W, lanes, v_load(sums + taps * W));
}
