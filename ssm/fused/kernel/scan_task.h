// What forward and backward share: where a task's data is, and tiles.

// A task's share of the job.
typedef struct {
  int64_t part, group, range;
  int64_t batch0, batch1; // sequences
  int64_t block0, block1; // blocks of the group
} mm_share;

INLINE mm_share share_of(const mm_job *job, int64_t task) {
  mm_share s;
  s.range = task % job->ranges;
  s.group = task / job->ranges % job->dims.groups;
  s.part = task / job->ranges / job->dims.groups;
  s.batch0 = s.part * job->part_batch;
  s.batch1 = s.batch0 + job->part_batch;
  if (s.batch1 > job->dims.batch) s.batch1 = job->dims.batch;
  s.block0 = s.range * job->range_blocks;
  s.block1 = s.block0 + job->range_blocks;
  if (s.block1 > job->blocks) s.block1 = job->blocks;
  return s;
}

// One block of channels.
typedef struct {
  int64_t channel; // the first
  int lanes;       // channels, at most W
  int64_t index;   // among all groups' blocks
} mm_block;

INLINE mm_block block_of(const mm_job *job, int64_t group, int64_t block) {
  int64_t lanes = job->group_channels - block * W;
  mm_block k = {group * job->group_channels + block * W, lanes < W ? (int)lanes : W, group * job->blocks + block};
  return k;
}

INLINE int64_t chunks_of(const mm_job *job) { return (job->dims.length + T - 1) / T; }

// A chunk of time steps of one sequence: step i has row first + i*stride of the sequences' B*L rows.
typedef struct {
  int64_t first, stride;
  int steps;
} mm_chunk;

INLINE mm_chunk chunk_of(const mm_job *job, int64_t sequence, int64_t index) {
  int64_t length = job->dims.length, at = index * T, left = length - at;
  mm_chunk c = {sequence * length + at, 1, left < T ? (int)left : T};
  if (job->dims.reverse) {
    c.first = sequence * length + length - 1 - at;
    c.stride = -1;
  }
  return c;
}

// start_of is where the state of a block before a chunk other than the first is, in mm_scan_forward's starts.
INLINE int64_t start_of(const mm_job *job, int64_t sequence, int64_t chunk, const mm_block *k) {
  int64_t kept = chunks_of(job) - 1, blocks = job->dims.groups * job->blocks;
  return (((sequence * kept + chunk - 1) * blocks) + k->index) * job->dims.state * W;
}

// visit is the chunk that a task works on when it has done so many: sequence by sequence, each with its chunks in the
// scan's order or, backward, against it. It has no steps where the task is done.
INLINE mm_chunk visit(const mm_job *job, const mm_share *s, int64_t done, int backward) {
  int64_t chunks = chunks_of(job), sequence = s->batch0 + done / chunks, index = done % chunks;
  if (sequence >= s->batch1) return (mm_chunk){0, 0, 0};
  return chunk_of(job, sequence, backward ? chunks - 1 - index : index);
}

// prefetch asks for the rows that a block needs of a chunk. Rows are too far apart for the processor to guess. A chunk
// of few steps asks for rows that it does not need, or that are not there, which is harmless.
INLINE void prefetch(const mm_job *job, const float *x, const mm_chunk *c, const mm_block *k) {
  if (!x || !c->steps) return;
  uintptr_t at = (uintptr_t)(x + c->first * job->dims.channels + k->channel);
  uintptr_t stride = (uintptr_t)(c->stride * job->dims.channels) * sizeof(float);
#pragma GCC unroll 8
  for (int i = 0; i < T; i++) __builtin_prefetch((const void *)(at + i * stride), 0, 2);
}

// transpose turns W rows of W into W columns.
INLINE void transpose(float *to, int64_t to_stride, const float *from, int64_t from_stride) {
  for (int c = 0; c < W; c += 4) {
    vf q[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) q[i] = v_quads(from + i * from_stride + c, 4 * from_stride);
    v_transpose_quads(q);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) v_store(to + (c + i) * to_stride, q[i]);
  }
}

// load_tile reads [lanes][N] as [N][W]; NULL reads as zeros, and so do missing lanes.
static void load_tile(float *tile, const float *rows, int64_t n, int lanes) {
  if (!rows || lanes < W) memset(tile, 0, (size_t)(n * W) * sizeof *tile);
  if (!rows) return;
  int64_t i = 0;
  if (lanes == W)
    for (; i + W <= n; i += W) transpose(tile + i * W, W, rows + i, n);
  for (; i < n; i++)
    for (int lane = 0; lane < lanes; lane++) tile[i * W + lane] = rows[lane * n + i];
}

// store_tile writes [N][W] as [lanes][N].
static void store_tile(float *rows, const float *tile, int64_t n, int lanes) {
  int64_t i = 0;
  if (lanes == W)
    for (; i + W <= n; i += W) transpose(rows + i, n, tile + i * W, W);
  for (; i < n; i++)
    for (int lane = 0; lane < lanes; lane++) rows[lane * n + i] = tile[i * W + lane];
}

// tile_rows is where a block's rows of sequence b are in an optional [B, D, N] array.
INLINE const float *tile_rows(const mm_job *job, const float *states, int64_t sequence, const mm_block *k) {
  return states ? states + (sequence * job->dims.channels + k->channel) * job->dims.state : NULL;
}

// prefetch_rows asks for a block's rows of such an array.
INLINE void prefetch_rows(const mm_job *job, const float *states, int64_t sequence, const mm_block *k) {
  const float *rows = tile_rows(job, states, sequence, k);
  if (rows)
    for (int64_t i = 0; i < k->lanes * job->dims.state; i += 16) __builtin_prefetch(rows + i, 0, 2);
}

// prepare turns A into tiles for v_exp2.
static void prepare(const mm_job *job) {
  int64_t n = job->dims.state;
  for (int64_t group = 0; group < job->dims.groups; group++)
    for (int64_t block = 0; block < job->blocks; block++) {
      mm_block k = block_of(job, group, block);
      float *tile = job->a2 + k.index * n * W;
      load_tile(tile, job->in.a + k.channel * n, n, k.lanes);
      for (int64_t i = 0; i < n; i++) v_store(tile + i * W, v_load(tile + i * W) * v_set1(LOG2E * EXP2_UNIT));
    }
}

// Optional parameters of a block, zero where there are none.
INLINE vf load_optional(const float *p, const mm_block *k) {
  return p ? v_load_part(p + k->channel, k->lanes) : v_set1(0.0f);
}
