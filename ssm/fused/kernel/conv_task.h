// The convolution's tasks: rows one after another, each in segments, and of each segment one block of channels after another.

typedef struct {
  int64_t image0, image1; // images
  int64_t block0, block1;
  int64_t part;
} mm_conv_share;

INLINE mm_conv_share conv_share_of(const mm_conv_job *job, int64_t task) {
  mm_conv_share s;
  int64_t range = task % job->ranges;
  s.part = task / job->ranges;
  s.image0 = s.part * job->part_batch;
  s.image1 = min64(s.image0 + job->part_batch, job->dims.batch);
  s.block0 = range * job->range_blocks;
  s.block1 = min64(s.block0 + job->range_blocks, job->blocks);
  return s;
}

INLINE int conv_lanes(const mm_conv_job *job, int64_t block) { return (int)min64(W, job->dims.channels - block * W); }

// taps_at are a block's taps in their own order, or in the opposite one.
INLINE mm_taps taps_at(const mm_conv_job *job, int64_t block, int opposite) {
  int64_t channels = job->dims.channels, last = job->dims.rows * job->dims.columns - 1;
  const float *first = job->in.taps + block * W;
  return opposite ? (mm_taps){first + last * channels, -channels} : (mm_taps){first, channels};
}

// window_rows are the rows first, first + 1, ... of an image, at a block.
INLINE void window_rows(const mm_conv_job *job, mm_rows *rows, const float *image, int64_t first, int64_t block) {
  int64_t channels = job->dims.channels;
  for (int64_t p = 0; p < job->dims.rows; p++) {
    int64_t row = first + p;
    int inside = row >= 0 && row < job->dims.height;
    rows->row[p] = inside ? image + row * job->dims.width * channels + block * W : conv_zeros;
    rows->step[p] = inside ? channels : 0;
  }
}

static void conv_forward(const mm_conv_job *job, int64_t task) {
  const mm_conv_dims *d = &job->dims;
  mm_conv_share share = conv_share_of(job, task);
  int64_t row = d->width * d->channels;
  for (int64_t i = share.image0 * d->height; i < share.image1 * d->height; i++)
    for (int64_t from = 0; from < d->width; from += job->segment)
      for (int64_t block = share.block0; block < share.block1; block++) {
        mm_sweep s = {
            .from = from, .to = min64(from + job->segment, d->width), .width = d->width, .left = d->left,
            .lanes = conv_lanes(job, block), .taps = taps_at(job, block, d->mirrored), .silu = d->silu,
            .bias = job->in.bias ? job->in.bias + block * W : NULL,
            .out = job->y + i * row + block * W, .step = d->channels,
        };
        window_rows(job, &s.x, job->in.x + i / d->height * d->height * row, i % d->height - d->top, block);
        convolve_row(d->rows, d->columns, &s);
      }
}

// Backward, ∂r is the gradient of what SiLU is applied to, else of y. A ring of a block's last KH rows of ∂r, or of one
// row's last columns where KH is 1, gives the gradient of x by the convolution with the taps in opposite order.

// ring_row is where column 0 of a row is, or would be, when the segment that begins at column from is in the ring.
INLINE float *ring_row(const mm_conv_job *job, float *ring, int64_t row, int64_t from) {
  int64_t columns = job->dims.columns - 1 + job->segment;
  return ring + (row % job->dims.rows * columns + job->dims.columns - 1 - from) * W;
}

// conv_adjoint_rows takes columns from..to-1 of row i of an image through the first half: ∂r, and the sums for taps and bias.
INLINE void adjoint_taps(const mm_conv_job *job, int64_t part, int64_t image, int64_t i, int64_t from, int64_t to, int64_t block, float *ring) {
  const mm_conv_dims *d = &job->dims;
  int64_t row = d->width * d->channels, at = image * d->height * row;
  mm_sweep s = {
      .from = from, .to = to, .width = d->width, .left = d->left,
      .lanes = conv_lanes(job, block), .taps = taps_at(job, block, d->mirrored), .silu = d->silu,
      .bias = job->in.bias ? job->in.bias + block * W : NULL,
      .gy = job->gy + at + i * row + block * W, .gy_step = d->channels,
      .out = ring_row(job, ring, i, from), .step = W,
      .sums = job->sums + (part * job->blocks + block) * (d->rows * d->columns + 1) * W,
  };
  window_rows(job, &s.x, job->in.x + at, i - d->top, block);
  differentiate_row(d->rows, d->columns, &s);
}

// adjoint_x writes what is known of row i of the gradient of x when ∂r is known up to column to-1 of row i + top.
INLINE void adjoint_x(const mm_conv_job *job, int64_t image, int64_t i, int64_t from, int64_t to, int64_t block, float *ring) {
  const mm_conv_dims *d = &job->dims;
  int64_t row = d->width * d->channels, at = image * d->height * row;
  mm_sweep s = {
      .from = max64(0, from - d->left), .to = to < d->width ? to - d->left : to,
      .width = d->width, .left = d->columns - 1 - d->left,
      .lanes = conv_lanes(job, block), .taps = taps_at(job, block, !d->mirrored),
      .out = job->grad.x + at + i * row + block * W, .step = d->channels,
  };
  int64_t first = i - (d->rows - 1 - d->top);
  if (!d->silu) window_rows(job, &s.x, job->gy + at, first, block);
  for (int64_t p = 0; d->silu && p < d->rows; p++) {
    int inside = first + p >= 0 && first + p < d->height;
    s.x.row[p] = inside ? ring_row(job, ring, first + p, from) : conv_zeros;
    s.x.step[p] = inside ? W : 0;
  }
  convolve_row(d->rows, d->columns, &s);
}

static void conv_backward(const mm_conv_job *job, int64_t task, float *workspace) {
  const mm_conv_dims *d = &job->dims;
  mm_conv_share share = conv_share_of(job, task);
  int64_t kept = (d->columns - 1) * W, ring_size = d->rows * (kept + job->segment * W);
  int64_t sums = (d->rows * d->columns + 1) * W;
  memset(job->sums + (share.part * job->blocks + share.block0) * sums, 0,
         (size_t)((share.block1 - share.block0) * sums) * sizeof(float));
  for (int64_t image = share.image0; image < share.image1; image++)
    for (int64_t i = 0; i < d->height + d->top; i++)
      for (int64_t from = 0; from < d->width; from += job->segment)
        for (int64_t block = share.block0; block < share.block1; block++) {
          int64_t to = min64(from + job->segment, d->width);
          float *ring = workspace + (block - share.block0) * ring_size;
          if (i < d->height) adjoint_taps(job, share.part, image, i, from, to, block, ring);
          if (!job->grad.x || i < d->top) continue;
          adjoint_x(job, image, i - d->top, from, to, block, ring);
          if (to < d->width) memmove(ring, ring + job->segment * W, (size_t)kept * sizeof(float));
        }
}

// conv_reduce adds up, in the order of the parts, a block's gradients of taps and bias.
static void conv_reduce(const mm_conv_job *job, int64_t block) {
  int64_t taps = job->dims.rows * job->dims.columns, channels = job->dims.channels, part = job->blocks * (taps + 1) * W;
  int lanes = conv_lanes(job, block);
  float *sums = job->sums + block * (taps + 1) * W;
  sum_parts(sums, (taps + 1) * W, part, job->parts);
  for (int64_t k = 0; job->grad.taps && k < taps; k++) {
    int64_t tap = job->dims.mirrored ? taps - 1 - k : k;
    v_store_part(job->grad.taps + tap * channels + block * W, lanes, v_load(sums + k * W));
  }
  if (job->grad.bias) v_store_part(job->grad.bias + block * W, lanes, v_load(sums + taps * W));
}
